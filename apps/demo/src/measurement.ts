/** A measurement of this process and this machine: real numbers for events. */
import { availableParallelism, freemem, loadavg } from "node:os";
import { defineEvent } from "@attune/streams";
import { z } from "zod";

const schema = z.object({
  number: z.number().int().min(1),
  /** Milliseconds since 1970, with fractions. */
  measured_at_ms: z.number(),
  heap_bytes: z.number(),
  resident_bytes: z.number(),
  free_bytes: z.number(),
  load: z.number(),
  processors: z.number(),
});

export type Measurement = z.infer<typeof schema>;

/** The event type is the run's own, so that a shared store's other streams are left alone. */
export function defineMeasurement(eventType: string) {
  return defineEvent(eventType, schema);
}

export function measure(number: number): Measurement {
  const { heapUsed, rss } = process.memoryUsage();
  return {
    number,
    measured_at_ms: preciseNow(),
    heap_bytes: heapUsed,
    resident_bytes: rss,
    free_bytes: freemem(),
    load: loadavg()[0]!,
    processors: availableParallelism(),
  };
}

/** The wall clock with more than milliseconds. Processes of one machine agree on it, unless it was set between their starts. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}
