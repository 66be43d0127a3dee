/** A feedback loop on memory, with a clock that a test moves. */
import { FeedbackLoop, type FeedbackLoopOptions } from "@attune/feedback";
import type { Transport, TransportOptions } from "@attune/transport";
import { type ManualClock, manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto } from "@attune-tools/every-store";
import { onTestFinished } from "vitest";

export interface OnMemory {
  readonly clock: ManualClock;
  readonly store: MemoryStore;
  readonly transport: Transport;
  readonly feedback: FeedbackLoop;
  readonly warnings: string[];
}

export async function onMemory(options: FeedbackLoopOptions & TransportOptions = {}): Promise<OnMemory> {
  const { onUnavailable, ...loopOptions } = options;
  const clock = manualClock();
  const store = new MemoryStore({ clock });
  const warnings: string[] = [];
  const transport = await createMemoryTransport({
    store,
    clock,
    onUnavailable,
    logger: loggerInto(warnings),
  });
  onTestFinished(() => transport.close());
  const feedback = new FeedbackLoop({ transport, ...loopOptions });
  onTestFinished(() => feedback.close());
  return { clock, store, transport, feedback, warnings };
}
