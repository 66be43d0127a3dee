/** Registers the suite for broken transports. */
import { transportConformance } from "../src/index.ts";
import type { BrokenTransports } from "./broken-transport.ts";
import { openTiny, TinyStore } from "./tiny-transport.ts";

export function runBroken(transports: BrokenTransports): void {
  for (const [fault, { alter }] of Object.entries(transports)) {
    const store = new TinyStore();
    const capabilities = { sharedBy: "process", blockingRead: true, exactGaps: true } as const;
    transportConformance({
      name: `a transport that ${fault}`,
      open: (options) => openTiny(store, capabilities, options, alter),
      outage: async () => {
        store.setAvailable(false);
        return async () => store.setAvailable(true);
      },
    });
  }
}
