/** A process that publishes, by bare ioredis or by @attune, so that consumers are measured and not their publisher. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Setup } from "../harness/figure.ts";
import { serve } from "../harness/remote.ts";
import { openRedis, openStreamer } from "./open-clients.ts";
import { publishBatches } from "./publishing.ts";
import { keyOf, type SampleData, sampleData } from "./sample-event.ts";
import { monotonicMs } from "./stamp.ts";

export interface OpenPublisher extends Setup {
  readonly kind: "ioredis" | "attune";
}

export interface PublishOrder {
  readonly eventType: string;
  readonly events: number;
}

interface Publisher {
  publish(eventType: string, data: SampleData & { sentAt: number }): Promise<void>;
  /** As fast as it goes with batches of 100, one after the other. */
  publishFast(order: PublishOrder): Promise<void>;
  remove(eventType: string): Promise<unknown>;
}

let publisher: Publisher;

serve({
  async open(given: OpenPublisher) {
    publisher = given.kind === "attune" ? await attunePublishing(given) : await ioredisPublishing(given);
  },

  publishFast: (order: PublishOrder) => publisher.publishFast(order),

  /** At an even rate, one at a time; the data tells when each was sent. */
  async publishSteadily({ eventType, events, perSecond }: PublishOrder & { perSecond: number }) {
    const startedAt = monotonicMs();
    for (let i = 0; i < events; i++) {
      const wait = startedAt + (i * 1000) / perSecond - monotonicMs();
      if (wait > 0) await sleep(wait);
      await publisher.publish(eventType, { ...sampleData, sentAt: monotonicMs() });
    }
  },

  remove: (eventType: string) => publisher.remove(eventType),
});

async function ioredisPublishing(setup: Setup): Promise<Publisher> {
  const client = await openRedis(setup);
  return {
    async publish(eventType, data) {
      await client.xadd(keyOf(setup, eventType), ...entry(eventType, data));
    },
    async publishFast({ eventType, events }) {
      for (let sent = 0; sent < events; sent += 100) {
        const pipeline = client.pipeline();
        for (let i = 0; i < 100; i++) {
          pipeline.xadd(keyOf(setup, eventType), ...entry(eventType, sampleData));
        }
        for (const [error] of (await pipeline.exec())!) if (error) throw error;
      }
    },
    remove: (eventType) => client.unlink(keyOf(setup, eventType)),
  };
}

/** Without MAXLEN: a consumer that lags must still find everything. */
function entry(eventType: string, data: unknown) {
  const timestamp = new Date().toISOString();
  const text = JSON.stringify(data);
  return ["*", "event_type", eventType, "timestamp", timestamp, "data", text, "source", "bench"] as const;
}

async function attunePublishing(setup: Setup): Promise<Publisher> {
  const { streamer } = await openStreamer(setup);
  return {
    async publish(eventType, data) {
      if ((await streamer.publishEvent(eventType, data)) === "") throw new Error("not stored");
    },
    publishFast: ({ eventType, events }) => publishBatches(streamer, eventType, { size: 100, events }),
    remove: (eventType) => streamer.deleteStream(eventType),
  };
}
