/** `@attune/transport-memory`: everything in one process, nothing kept. For tests and scripts. */
export { createMemoryTransport, type MemoryTransportOptions, openTransport } from "./memory-transport.ts";
export { MemoryStore } from "./memory-store.ts";
