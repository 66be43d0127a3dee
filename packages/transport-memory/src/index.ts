/** `@attune/transport-memory`: everything in one process, nothing kept. For tests and scripts. */

export { diagnose } from "./diagnose.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export { createMemoryTransport, type MemoryTransportOptions, openTransport } from "./memory-transport.ts";
