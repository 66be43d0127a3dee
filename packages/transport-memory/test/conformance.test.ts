/** The memory transport conforms, by itself and behind `withDegradation`. */
import { type Transport, withDegradation } from "@attune/transport";
import { transportConformance } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "../src/index.ts";

const store = new MemoryStore();

const outage = async (_: Transport) => {
  const end = store.simulateOutage();
  return async () => end();
};

transportConformance({
  name: "memory",
  open: (options) => createMemoryTransport({ ...options, store }),
  outage,
});

transportConformance({
  name: "memory behind withDegradation",
  degraded: true,
  open: async (options) =>
    withDegradation(await createMemoryTransport({ ...options, store }), { component: "conformance" }),
  outage,
});
