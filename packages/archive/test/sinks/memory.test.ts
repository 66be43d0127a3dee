/** The suite on the least of sinks. */
import { MemorySink, MemoryStore, sinkConformance } from "../../src/conformance/index.ts";

const stores = new Map<string, MemoryStore>();

sinkConformance({
  name: "memory",
  open: async (space) => {
    const store = stores.get(space) ?? new MemoryStore();
    stores.set(space, store);
    return new MemorySink(store);
  },
});
