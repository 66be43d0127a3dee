/** `@attune/archive/conformance`: the tests that every sink passes, ours and yours. Runs under vitest. */
export { type SinkConcern, sinkConcerns } from "./concerns.ts";
export { MemorySink, MemoryStore } from "./memory-sink.ts";
export { type OddRow, oddRows } from "./odd-rows.ts";
export { type SinkConformanceSetup, sinkConformance } from "./sink-conformance.ts";
