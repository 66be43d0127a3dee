/** The orchestrator of an audit: it starts the agents, hears how they end, and can stop them, all by signals. */
import { type CoordinationSignal, CoordinationSignals } from "@attune/signals";
import type { Transport } from "@attune/transport";
import type { AgentIds } from "../agent-ids.ts";
import {
  abortSignal,
  auditor,
  doneSignal,
  type Ending,
  failedSignal,
  failure,
  startSignal,
} from "./audit-signals.ts";
import type { PublishLedger } from "./publish-ledger.ts";

export interface OrchestratorSetup {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly ledger: PublishLedger;
}

export class Orchestrator implements AsyncDisposable {
  readonly #ids: AgentIds;
  readonly #ledger: PublishLedger;
  readonly #signals: CoordinationSignals;

  constructor({ transport, ids, ledger }: OrchestratorSetup) {
    this.#ids = ids;
    this.#ledger = ledger;
    this.#signals = new CoordinationSignals({ transport, agentId: ids.idOf(auditor), enableStreaming: true });
  }

  /** Resolves with whether the signal was stored, as do the next two. */
  start(name: string): Promise<boolean> {
    return this.#send(startSignal, this.#ids.idOf(name));
  }

  startAll(): Promise<boolean> {
    return this.#send(startSignal, null);
  }

  abortAll(): Promise<boolean> {
    return this.#send(abortSignal, null);
  }

  /**
   * Waits until every one of the agents is done, and does not wait for those that have failed. Gives up with the signal;
   * who had not said anything by then is unheard.
   */
  async collect(names: readonly string[], givingUp: AbortSignal): Promise<ReadonlyMap<string, Ending>> {
    const heard = new Map<string, Ending>(names.map((name) => [name, "unheard"]));
    const open = () => names.filter((name) => heard.get(name) === "unheard");
    const note = (signal: CoordinationSignal) =>
      heard.set(this.#ids.nameOf(signal.sourceAgent)!, endingOf(signal));
    while (open().length > 0) {
      const signals = await this.#barrier(open(), givingUp);
      if (signals.length === 0) break;
      signals.forEach(note);
    }
    // A barrier that was given up has taken nothing: what had come in time is pending still.
    for (const name of open()) {
      const signal = await this.#signals.checkSignal({ sourceAgent: this.#ids.idOf(name) });
      if (signal) note(signal);
    }
    return heard;
  }

  close(): Promise<void> {
    return this.#signals.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** That all are done, or else the first that has failed; nothing when it is given up. */
  async #barrier(names: readonly string[], givingUp: AbortSignal): Promise<CoordinationSignal[]> {
    const sourceAgents = names.map((name) => this.#ids.idOf(name));
    const over = new AbortController();
    const ends = { timeoutMs: Number.POSITIVE_INFINITY, signal: AbortSignal.any([givingUp, over.signal]) };
    const all = this.#signals.waitForAll({ signalType: doneSignal, sourceAgents, ...ends });
    const failures = sourceAgents.map((sourceAgent) => ({ signalType: failedSignal, sourceAgent }));
    const oneFailed = this.#signals.waitForAny(failures, ends);
    try {
      await Promise.race([all, oneFailed]);
    } finally {
      over.abort();
    }
    // A signal may have come just then: whatever was taken has to be looked at.
    const [done, failed] = await Promise.all([all, oneFailed]);
    return [...(done ?? []), ...(failed ? [failed] : [])];
  }

  async #send(signalType: string, targetAgent: string | null): Promise<boolean> {
    const stored = (await this.#signals.signal({ signalType, targetAgent })) !== "";
    this.#ledger.note("coordination_signal", stored);
    return stored;
  }
}

function endingOf({ signalType, payload }: CoordinationSignal): Ending {
  return signalType === doneSignal ? "done" : failure.parse(payload).status;
}
