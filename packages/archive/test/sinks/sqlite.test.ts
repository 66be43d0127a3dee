/** The suite on SQLite files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { sinkConformance } from "../../src/conformance/index.ts";
import { SqliteSink } from "../../src/sinks/sqlite/sqlite-sink.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "attune-sqlite-sink-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

sinkConformance({
  name: "sqlite",
  open: async (space) => new SqliteSink(join(root, space, "archive.db"), { synchronous: "normal" }),
  remove: (space) => rm(join(root, space), { recursive: true, force: true }),
});
