/** The suite on DuckDB files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { sinkConformance } from "../../src/conformance/index.ts";
import { DuckDbSink } from "../../src/sinks/duckdb/duckdb-sink.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "attune-duckdb-sink-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

sinkConformance({
  name: "duckdb",
  open: async (space) => new DuckDbSink(join(root, space, "archive.duckdb")),
  remove: (space) => rm(join(root, space), { recursive: true, force: true }),
  testTimeoutMs: 60_000,
});
