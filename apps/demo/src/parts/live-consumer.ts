/** The consumer of the live consumption: it shows measurements as they arrive, and tells how far it has come. */
import { type Cursor, EventStreamer } from "@attune/streams";
import { inBytes } from "../agents/wording.ts";
import { defineMeasurement, type Measurement, preciseNow } from "../measurement.ts";
import type { Part, Stage } from "../processes/part.ts";

export interface LiveConsumerInput {
  readonly eventType: string;
  readonly from: "now" | Cursor;
  /** It ends after so many events, … */
  readonly count?: number;
  /** … or when none has come for so long. */
  readonly idleTimeoutMs?: number;
}

export interface LiveConsumerOutput {
  /** The numbers of the events that arrived. */
  readonly seen: readonly number[];
  /** Where it stood at the end. */
  readonly cursor: Cursor;
  /** How long before its end the last event arrived. */
  readonly quietMs: number;
}

/** It is ready when its position is fixed. */
export const liveConsumer: Part<LiveConsumerInput, LiveConsumerOutput> = {
  name: "live consumer",
  run: consume,
};

async function consume(
  { transport, say, ready, ending }: Stage,
  { eventType, count = Number.POSITIVE_INFINITY, ...options }: LiveConsumerInput,
): Promise<LiveConsumerOutput> {
  const eventTypes = [defineMeasurement(eventType)];
  const streamer = new EventStreamer({ transport });
  await using consumer = streamer.consumeEvents({ ...options, eventTypes, signal: ending });
  consumer.ready.then(ready, () => {}); // what ends it before ends the loop as well
  const seen: number[] = [];
  let lastAt = preciseNow();
  for await (const event of consumer) {
    lastAt = preciseNow();
    if (!event.valid) continue;
    seen.push(event.data.number);
    say(`  ${String(event.data.number).padStart(2)}  ${describe(event.data, lastAt)}`);
    if (seen.length === count) break;
  }
  return { seen, cursor: consumer.cursor, quietMs: preciseNow() - lastAt };
}

function describe(measurement: Measurement, now: number): string {
  const { measured_at_ms, heap_bytes, resident_bytes, free_bytes, load, processors } = measurement;
  return [
    `${(now - measured_at_ms).toFixed(2).padStart(8)} ms after it was measured`,
    `heap ${inBytes(heap_bytes)} of ${inBytes(resident_bytes)}`,
    `free ${inBytes(free_bytes)}`,
    `load ${load.toFixed(2)} on ${processors}`,
  ].join(", ");
}
