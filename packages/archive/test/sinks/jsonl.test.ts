/** The suite on folders of files: plain, and rotating often with compression. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type SinkConformanceSetup, sinkConcerns, sinkConformance } from "../../src/conformance/index.ts";
import { JsonlSink, type JsonlSinkOptions } from "../../src/sinks/jsonl/jsonl-sink.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "attune-jsonl-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const noIndex =
  "a folder of files has no index to find a row by: rows are there once per archive, not once per store";

const setup = (options: JsonlSinkOptions): Omit<SinkConformanceSetup, "name"> => ({
  open: async (space) => new JsonlSink(join(root, space), options),
  remove: (space) => rm(join(root, space), { recursive: true, force: true }),
  skip: {
    "a row that another archive has written before is kept once": noIndex,
    "a row twice in one batch is kept once": noIndex,
    "a batch of which every row is there already moves the position": noIndex,
  },
});

sinkConformance({ name: "jsonl", ...setup({}) });
sinkConformance({
  name: "jsonl, many compressed files",
  ...setup({ maxFileBytes: 1024, gzip: true }),
  // What a condition means is the same code whatever the files are.
  concerns: sinkConcerns.filter((concern) => concern !== "queries: conditions"),
});
