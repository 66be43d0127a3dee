/** Contenders that publish: one connection each, the same event to a stream of their own. */
import type { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import type { Redis, RedisOptions } from "ioredis";
import type { Contender } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";
import { type OpenStreamer, openRedis, openStreamer } from "./open-clients.ts";
import { keyOf, sampleAppend, sampleData, xadd, xaddArguments } from "./sample-event.ts";

/** Publishes `events` events, each awaited, so many at a time. */
export async function inLoops(loops: number, events: number, publish: () => Promise<void>): Promise<void> {
  let left = events;
  const loop = async () => {
    while (left-- > 0) await publish();
  };
  await Promise.all(Array.from({ length: loops }, loop));
}

/** `work` publishes `events` events by @attune. */
export function attunePublisher(
  { name = "attune", label }: { name?: string; label: string },
  events: number,
  work: (open: OpenStreamer, eventType: string) => Promise<void>,
): Contender {
  return {
    name,
    label,
    async open(setup) {
      const open = await openStreamer(setup);
      return {
        async measure() {
          const startedAt = performance.now();
          await work(open, name);
          return rate(events, startedAt);
        },
        close: () => open.transport.close(),
      };
    },
  };
}

/** `work` publishes `events` events by bare ioredis. */
export function ioredisPublisher(
  { name, label, options }: { name: string; label: string; options?: RedisOptions },
  events: number,
  work: (client: Redis, key: string, eventType: string) => Promise<void>,
): Contender {
  return {
    name,
    label,
    async open(setup) {
      const client = await openRedis(setup, options);
      return {
        async measure() {
          const startedAt = performance.now();
          await work(client, keyOf(setup, name), name);
          return rate(events, startedAt);
        },
        close: async () => client.disconnect(),
      };
    },
  };
}

/** One event; throws when it is not known to be stored: publishing into an outage would be fast. */
export async function publishSample(streamer: EventStreamer, eventType: string): Promise<void> {
  if ((await streamer.publishEvent(eventType, sampleData)) === "") throw new Error("not stored");
}

/** The same without a feature above it. It rejects where the event is not known to be stored. */
export async function appendSample({ streams }: Transport, eventType: string): Promise<void> {
  await streams.append([sampleAppend(eventType)]);
}

/** Batches of `size`, one after the other. */
export async function publishBatches(
  streamer: EventStreamer,
  eventType: string,
  { size, events }: { size: number; events: number },
): Promise<void> {
  for (let sent = 0; sent < events; sent += size) {
    const batch = Array.from({ length: size }, () => ({ eventType, data: sampleData }));
    if ((await streamer.publishEvents(batch)).includes("")) throw new Error("not stored");
  }
}

export function ioredisInLoops(loops: number, events: number) {
  return (client: Redis, key: string, eventType: string) =>
    inLoops(loops, events, () => xadd(client, key, eventType));
}

/** Pipelines of `size`, one after the other. */
export function ioredisPipelines(size: number, events: number) {
  return async (client: Redis, key: string, eventType: string) => {
    for (let sent = 0; sent < events; sent += size) {
      const pipeline = client.pipeline();
      for (let i = 0; i < size; i++) pipeline.xadd(key, ...xaddArguments(eventType, sampleData));
      for (const [error, id] of (await pipeline.exec())!) {
        if (error || !id) throw error ?? new Error("no id");
      }
    }
  };
}
