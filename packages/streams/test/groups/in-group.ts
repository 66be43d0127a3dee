/** Groups in short, for tests: numbered jobs, and handlers that write down what they got. */
import { EventStreamer, type GroupConsumer, type GroupEvent } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { onTestFinished } from "vitest";

export const group = "workers";

export function streamerOn(transport: Transport): EventStreamer {
  return new EventStreamer({ transport, maxLength: 100_000 });
}

/** Publishes `{ n }` for each number. */
export function publishJobs(
  streamer: EventStreamer,
  from: number,
  to: number,
  eventType = "job",
): Promise<string[]> {
  return streamer.publishEvents(
    Array.from({ length: to - from + 1 }, (_, index) => ({ eventType, data: { n: from + index } })),
  );
}

export function numberOf(event: GroupEvent): number {
  return (event.data as { n: number }).n;
}

/** Every number from `from` to `to`, once. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export function ascending(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

/** Closed when the test ends. */
export function closing<T extends GroupConsumer>(consumer: T): T {
  onTestFinished(() => consumer.close());
  return consumer;
}

/** Until nothing of the stream is pending with the group, nor left to be delivered to it. */
export async function untilDone(transport: Transport, eventType = "job"): Promise<void> {
  await until("everything is acknowledged", async () => {
    const [state] = await transport.groups.states(eventType);
    const [stream] = await transport.streams.states([eventType]);
    return state?.pending === 0 && state.deliveredId === stream!.lastId;
  });
}
