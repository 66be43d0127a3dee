/** The suite passes on a transport that does everything right, with each combination of capabilities. */
import { withDegradation } from "@attune/transport";
import { type Concern, concerns, degradedConcerns, transportConformance } from "../src/index.ts";
import { openTiny, TinyStore } from "./tiny-transport.ts";

/** What capabilities have a part in: streams, how they are followed, and the bell. All else is the same with each, and is run once. */
const ofCapabilities: readonly Concern[] = [
  "appending",
  "idempotency keys",
  "reading after ids",
  "reading a range",
  "managing streams",
  "the bell",
  "the bell of mailboxes and records",
  "reads that wait",
  "following",
  "cursors",
  "gaps",
  "several followers",
  "opening and closing",
  "outages",
  "following over outages",
  "restarts of the store",
];

for (const blockingRead of [true, false]) {
  for (const exactGaps of [true, false]) {
    const store = new TinyStore();
    transportConformance({
      name: `a tiny transport (blockingRead ${blockingRead}, exactGaps ${exactGaps})`,
      concerns: blockingRead && exactGaps ? concerns : ofCapabilities,
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
  concerns: degradedConcerns,
  open: async (options) => {
    const capabilities = { sharedBy: "process", blockingRead: true, exactGaps: true } as const;
    return withDegradation(await openTiny(store, capabilities, options), { component: "conformance" });
  },
  outage: async () => {
    store.setAvailable(false);
    return async () => store.setAvailable(true);
  },
});
