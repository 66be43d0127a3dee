/** Which signals cancel which run of an agent, and the waiting for them beside the stages. */
import type { CoordinationSignal, CoordinationSignals } from "@attune/signals";

export interface AbortWatchOptions {
  readonly agentId: string;
  readonly abortOn: readonly string[];
}

/** Of one agent. It remembers the aborts that name another of its runs, which may be still to come. */
export class AbortWatch {
  readonly #options: AbortWatchOptions;
  readonly #others = new Map<string, CoordinationSignal>();

  constructor(options: AbortWatchOptions) {
    this.#options = options;
  }

  /**
   * The signal that cancels the run; `null`: it ended (`over`) before there was one. `signals` are the agent's, and degrade.
   */
  async wait(
    signals: CoordinationSignals,
    runId: string,
    over: AbortSignal,
  ): Promise<CoordinationSignal | null> {
    const earlier = this.#others.get(runId);
    if (earlier) return earlier;
    const selectors = this.#options.abortOn.map((signalType) => ({ signalType }));
    const options = { timeoutMs: Number.POSITIVE_INFINITY, signal: over };
    for (;;) {
      const signal = await signals.waitForAny(selectors, options);
      if (signal === null || this.cancels(signal, runId)) return signal;
    }
  }

  /** Whether a signal that was taken cancels this run: stages take signals, too. */
  cancels(signal: CoordinationSignal, runId: string): boolean {
    const { signalType, sourceAgent, targetAgent } = signal;
    if (!this.#options.abortOn.includes(signalType)) return false;
    // Whoever broadcasts an abort means the others.
    if (sourceAgent === this.#options.agentId && targetAgent === null) return false;
    const named = runIn(signal);
    if (named === undefined || named === runId) return true;
    if (typeof named === "string") this.#remember(named, signal);
    return false;
  }

  #remember(runId: string, signal: CoordinationSignal): void {
    this.#others.set(runId, signal);
    for (const oldest of this.#others.keys()) {
      if (this.#others.size <= maxRemembered) break;
      this.#others.delete(oldest);
    }
  }
}

const maxRemembered = 100;

function runIn({ payload }: CoordinationSignal): unknown {
  return typeof payload === "object" && payload !== null && "run_id" in payload ? payload.run_id : undefined;
}
