/** Publishes numbered jobs over outages of the server, each of them once. */
import { setTimeout as pause } from "node:timers/promises";
import type { EventStreamer } from "@attune/streams";
import { eventType } from "./work.ts";

/** Until those from `first` to `last` are all known to be stored; the keys see to it that each is stored once. */
export async function publishSurely(streamer: EventStreamer, first: number, last: number): Promise<void> {
  const jobs = Array.from({ length: last - first + 1 }, (_, index) => {
    const n = first + index;
    return { eventType, data: { n }, idempotencyKey: `job-${n}` };
  });
  while ((await streamer.publishEvents(jobs)).includes("")) await pause(50);
}
