/** Waits, beside the stages, for a signal that cancels the run. */
import type { CoordinationSignal, CoordinationSignals } from "@attune/signals";

export interface AbortWatchSetup {
  /** Of the run's agent; one that degrades. */
  readonly signals: CoordinationSignals;
  readonly abortOn: readonly string[];
  readonly runId: string;
  /** The run has ended. */
  readonly over: AbortSignal;
}

/** The signal that cancels the run; `null`: it ended before there was one. */
export async function watchForAbort(setup: AbortWatchSetup): Promise<CoordinationSignal | null> {
  const { signals, abortOn, over } = setup;
  const selectors = abortOn.map((signalType) => ({ signalType }));
  const options = { timeoutMs: Number.POSITIVE_INFINITY, signal: over };
  for (;;) {
    const signal = await signals.waitForAny(selectors, options);
    if (signal === null || isMeant(signal, setup)) return signal;
  }
}

/** An agent that broadcasts an abort means the others; one that names a run means no other run of the same agent. */
function isMeant({ sourceAgent, payload }: CoordinationSignal, { signals, runId }: AbortWatchSetup): boolean {
  if (sourceAgent === signals.agentId) return false;
  const named =
    typeof payload === "object" && payload !== null && "run_id" in payload ? payload.run_id : undefined;
  return named === undefined || named === runId;
}
