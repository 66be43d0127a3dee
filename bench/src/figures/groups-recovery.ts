/** A consumer of a group is killed while it holds an event: how long until another one has it. */
import { join } from "node:path";
import type { HoldRequest } from "../contenders/holder-process.ts";
import { openStreamer } from "../contenders/open-clients.ts";
import { sampleData } from "../contenders/sample-event.ts";
import type { Contender, Figure, StoreName } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";
import { median } from "../harness/statistics.ts";

const kills = 5;
const minIdleMs = 1000;
const eventType = "held";
const process = join(import.meta.dirname, "../contenders/holder-process.ts");

function contender(name: string, label: string, store: StoreName): Contender {
  return {
    name,
    label,
    store,
    async open(setup) {
      const { transport, streamer } = await openStreamer(setup);
      return {
        async measure() {
          const times: number[] = [];
          for (let kill = 0; kill < kills; kill++) {
            const group = `recovery-${kill}-${performance.now()}`;
            await using holder = new Remote(process);
            await streamer.deleteStream(eventType);
            const id = await streamer.publishEvent(eventType, sampleData);
            const request: HoldRequest = { ...setup, group, eventType };
            if ((await holder.call<string>("hold", request)) !== id)
              throw new Error("it holds another event");
            await using other = streamer.consumeGroup({ group, eventTypes: [eventType], minIdleMs });
            await other.ready;
            await holder.kill();
            const killedAt = performance.now();
            const { value: event } = await other[Symbol.asyncIterator]().next();
            times.push(performance.now() - killedAt);
            if (event?.eventId !== id || event.deliveryCount !== 2) throw new Error("it came otherwise");
            await event.ack();
          }
          return { recovery: median(times) };
        },
        close: () => transport.close(),
      };
    },
  };
}

export const groupsRecovery: Figure = {
  name: "groups-recovery",
  title: `from kill -9 of a consumer to its event in another's hands, with minIdleMs ${minIdleMs}`,
  metrics: { recovery: "ms" },
  warmUp: false,
  contenders: [
    contender("redis", "attune on Redis", "redis"),
    contender("file", "attune on a file", "sqlite"),
  ],
  comparisons: [],
  bounds: [
    // It may be looked for just before it is due, and again after a quarter of that.
    { of: "redis", metric: "recovery", atMost: 1.25 * minIdleMs + 100, judged: "median" },
    { of: "file", metric: "recovery", atMost: 1.25 * minIdleMs + 100, judged: "median" },
  ],
};
