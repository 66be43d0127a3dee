/** The signals of one agent of a workflow, there once somebody needs them. */
import { type CoordinationSignal, CoordinationSignals } from "@attune/signals";
import type { Cancellation } from "../engine/cancellation.ts";
import type { CheckedOptions } from "../workflow-options.ts";
import type { OpenedStore, WorkflowStore } from "../workflow-store.ts";
import { AbortWatch } from "./abort-watch.ts";
import type { SignalSource } from "./agent-signals.ts";

interface OpenedSignals {
  /** What they are on. */
  readonly store: OpenedStore;
  /** For stages. */
  readonly calls: CoordinationSignals;
  /** For what goes on by itself: an outage never reaches it as an error. The same, unless the transport throws. */
  readonly background: CoordinationSignals;
}

export class AgentCoordination {
  readonly #store: WorkflowStore;
  readonly #agentId: string;
  readonly #options: CheckedOptions;
  readonly #aborts: AbortWatch;
  #signals: OpenedSignals | undefined;

  constructor(store: WorkflowStore, agentId: string, options: CheckedOptions) {
    this.#store = store;
    this.#agentId = agentId;
    this.#options = options;
    this.#aborts = new AbortWatch({ agentId, abortOn: options.abortOn });
  }

  readonly source: SignalSource = () => {
    if (!this.#options.enableCoordination) return undefined;
    const store = this.#store.open();
    return store instanceof Promise
      ? store.then((opened) => this.#on(opened)?.calls)
      : this.#on(store)?.calls;
  };

  /** Cancels the run when a signal says so. Resolves when the run is over; never rejects. */
  async watch(cancellation: Cancellation, runId: string, over: AbortSignal): Promise<void> {
    const { enableCoordination, abortOn } = this.#options;
    if (!enableCoordination || abortOn.length === 0) return;
    const store = await this.#store.open();
    const signals = this.#on(store)?.background;
    if (!store || !signals) return;
    try {
      const signal = await this.#aborts.wait(signals, runId, over);
      if (signal) cancellation.bySignal(signal);
    } catch (error) {
      // Closed by its owner in the middle of the run: what remains is the caller's AbortSignal.
      if (over.aborted) return;
      const agent = JSON.stringify(this.#agentId);
      store.logger.warn(
        `attune: Workflow: agent ${agent} hears no abort any more: ${(error as Error).message}`,
      );
    }
  }

  /** A stage has taken a signal, whatever it was looking for: an abort cancels all the same. */
  taken(signal: CoordinationSignal, cancellation: Cancellation, runId: string): void {
    if (this.#aborts.cancels(signal, runId)) cancellation.bySignal(signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.#signals?.calls.close(), this.#signals?.background.close()]);
  }

  #on(store: OpenedStore | undefined): OpenedSignals | undefined {
    if (!store || this.#signals?.store === store) return this.#signals;
    const { calls, background, logger } = store;
    const open = (transport: OpenedStore["calls"]) =>
      new CoordinationSignals({
        ...this.#options.signals,
        transport,
        logger,
        agentId: this.#agentId,
        enableStreaming: this.#options.enableStreaming,
      });
    const forCalls = open(calls);
    this.#signals = {
      store,
      calls: forCalls,
      background: calls === background ? forCalls : open(background),
    };
    return this.#signals;
  }
}
