/** A process that publishes, so that consumers are measured and not their publisher. Bare ioredis, for all alike. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import { openRedis } from "./open-clients.ts";
import { keyOf, sampleData } from "./sample-event.ts";
import { monotonicMs } from "./stamp.ts";

export interface PublishOrder {
  readonly eventType: string;
  readonly events: number;
}

let setup: Setup;
let client: Redis;

serve({
  async open(given: Setup) {
    setup = given;
    client = await openRedis(setup);
  },

  /** As fast as pipelines of 100, one after the other, get through. */
  async publishFast({ eventType, events }: PublishOrder) {
    for (let sent = 0; sent < events; sent += 100) {
      const pipeline = client.pipeline();
      for (let i = 0; i < 100; i++) pipeline.xadd(keyOf(setup, eventType), ...entry(eventType, sampleData));
      for (const [error] of (await pipeline.exec())!) if (error) throw error;
    }
  },

  /** At an even rate, one at a time; the data tells when each was sent. */
  async publishSteadily({ eventType, events, perSecond }: PublishOrder & { perSecond: number }) {
    const startedAt = monotonicMs();
    for (let i = 0; i < events; i++) {
      const wait = startedAt + (i * 1000) / perSecond - monotonicMs();
      if (wait > 0) await sleep(wait);
      const data = { ...sampleData, sentAt: monotonicMs() };
      await client.xadd(keyOf(setup, eventType), ...entry(eventType, data));
    }
  },

  async remove(eventType: string) {
    await client.unlink(keyOf(setup, eventType));
  },
});

/** Without MAXLEN: a consumer that lags must still find everything. */
function entry(eventType: string, data: unknown) {
  const timestamp = new Date().toISOString();
  const text = JSON.stringify(data);
  return ["*", "event_type", eventType, "timestamp", timestamp, "data", text, "source", "bench"] as const;
}
