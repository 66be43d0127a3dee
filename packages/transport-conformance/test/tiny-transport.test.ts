/** The suite passes on a transport that does everything right, with each combination of capabilities. */
import { withDegradation } from "@attune/transport";
import { transportConformance } from "../src/index.ts";
import { openTiny, TinyStore } from "./tiny-transport.ts";

for (const blockingRead of [true, false]) {
  for (const exactGaps of [true, false]) {
    const store = new TinyStore();
    transportConformance({
      name: `a tiny transport (blockingRead ${blockingRead}, exactGaps ${exactGaps})`,
      open: (options) => openTiny(store, { sharedBy: "process", blockingRead, exactGaps }, options),
      outage: async () => {
        store.setAvailable(false);
        return async () => store.setAvailable(true);
      },
      restart: async () => {
        store.setAvailable(false);
        store.setAvailable(true);
      },
    });
  }
}

const store = new TinyStore();
transportConformance({
  name: "a tiny transport behind withDegradation",
  degraded: true,
  open: async (options) => {
    const capabilities = { sharedBy: "process", blockingRead: true, exactGaps: true } as const;
    return withDegradation(await openTiny(store, capabilities, options), { component: "conformance" });
  },
  outage: async () => {
    store.setAvailable(false);
    return async () => store.setAvailable(true);
  },
});
