/** How one agent of the audit keeps in touch: it beats while it lives, and hears and says by signals when to begin and stop. */
import { type BeatOutcome, HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import type { JsonValue, Transport } from "@attune/transport";
import type { AgentIds } from "../agent-ids.ts";
import {
  abortSignal,
  auditor,
  type DoneSummary,
  doneSignal,
  endingTtlMs,
  type Failure,
  failedSignal,
  startSignal,
} from "../audit/audit-signals.ts";
import type { PublishLedger } from "../audit/publish-ledger.ts";
import { shortened } from "./shortened.ts";

export interface AgentContactSetup {
  readonly transport: Transport;
  readonly ledger: PublishLedger;
  readonly ids: AgentIds;
  readonly runId: string;
  readonly name: string;
}

/** More often nobody can read it, and each beat is a write to the store. */
const beatEveryMs = 100;

export class AgentContact implements AsyncDisposable {
  readonly #setup: AgentContactSetup;
  readonly #heartbeat: HeartbeatCoordinator;
  readonly #signals: CoordinationSignals;
  readonly #auditorId: string;
  readonly #aborting = new AbortController();
  #listening: Promise<void> | undefined;
  #nextBeatAt = 0;

  constructor(setup: AgentContactSetup) {
    const { transport, ids, name } = setup;
    this.#setup = setup;
    this.#auditorId = ids.idOf(auditor);
    this.#heartbeat = new HeartbeatCoordinator({ transport, enableStreaming: true });
    this.#signals = new CoordinationSignals({ transport, agentId: ids.idOf(name), enableStreaming: true });
  }

  /** Aborts when the orchestrator tells all to stop. */
  get aborted(): AbortSignal {
    return this.#aborting.signal;
  }

  /** From now on it beats, and hears the orchestrator. */
  async open(): Promise<void> {
    const { ids, name, runId } = this.#setup;
    this.#listening = this.#listen();
    this.#note(
      await this.#heartbeat.startHeartbeat(ids.idOf(name), {
        displayName: name,
        metadata: { run_id: runId },
      }),
    );
  }

  /** False when it was not told to begin before the signal aborted. */
  async waitForStart(signal: AbortSignal): Promise<boolean> {
    const start = await this.#signals.waitForSignal({
      signalType: startSignal,
      sourceAgent: this.#auditorId,
      timeoutMs: Number.POSITIVE_INFINITY,
      signal,
    });
    return start !== null;
  }

  async beat(progress: number, task: string): Promise<void> {
    const now = performance.now();
    if (now < this.#nextBeatAt) return;
    this.#nextBeatAt = now + beatEveryMs;
    this.#note(await this.#heartbeat.beat({ progress, currentTask: shortened(task, 300) }));
  }

  async done(summary: DoneSummary): Promise<void> {
    this.#note(await this.#heartbeat.stopHeartbeat("completed"));
    await this.#tellAuditor(doneSignal, summary);
  }

  async failed(failure: Failure): Promise<void> {
    this.#note(await this.#heartbeat.stopHeartbeat(failure.status));
    await this.#tellAuditor(failedSignal, failure);
  }

  async close(): Promise<void> {
    await Promise.all([this.#heartbeat.close(), this.#signals.close()]);
    await this.#listening;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Until an abort comes, or the contact is closed. */
  async #listen(): Promise<void> {
    const abort = await this.#signals.waitForSignal({
      signalType: abortSignal,
      sourceAgent: this.#auditorId,
      timeoutMs: Number.POSITIVE_INFINITY,
    });
    if (abort) this.#aborting.abort(new Error("the orchestrator told all to stop"));
  }

  async #tellAuditor(signalType: string, payload: JsonValue): Promise<void> {
    const request = { signalType, targetAgent: this.#auditorId, payload, ttlMs: endingTtlMs };
    this.#setup.ledger.note("coordination_signal", (await this.#signals.signal(request)) !== "");
  }

  #note(outcome: BeatOutcome): void {
    this.#setup.ledger.note("agent_heartbeat", outcome === "recorded");
  }
}
