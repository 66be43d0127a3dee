/** Beats for one agent: writes its latest state when it changes, and every interval, one write at a time. */
import { AttuneError, type Clock, type Logger, type Timer, type Transport } from "@attune/transport";
import { type AgentStatus, isFinal } from "./agent-heartbeat.ts";
import type { AgentState } from "./agent-state.ts";
import { BeatEvents } from "./beat-events.ts";
import { type BeatEnd, type BeatPlan, type BeatResult, type Beats, resultAfter } from "./beats.ts";
import type { HeartbeatRecords } from "./heartbeat-records.ts";
import { toStored } from "./stored-heartbeat.ts";
import { toWire } from "./wire-heartbeat.ts";

export interface BeatLoopSetup {
  /** One that degrades: nobody waits for an automatic beat. */
  readonly transport: Transport;
  readonly records: HeartbeatRecords;
  readonly plan: BeatPlan;
  readonly logger: Logger;
  /** Of this start, where it is known already. */
  readonly incarnation?: number | undefined;
  /** How long the agent's main thread has been blocked; 0: it is not. */
  readonly blockedMs?: (() => number) | undefined;
  readonly onEnd: (end: BeatEnd) => void;
}

interface Waiter {
  readonly resolve: (result: BeatResult) => void;
  readonly reject: (error: unknown) => void;
}

export class BeatLoop implements Beats {
  readonly #setup: BeatLoopSetup;
  readonly #clock: Clock;
  /** Only with `enableStreaming`. */
  readonly #events: BeatEvents | undefined;
  readonly #stopListening: () => void;
  #incarnation: number | undefined;
  /** The store has given the incarnation out, and the record does not say it yet. */
  #unwritten = false;
  /** What is written, or was last. */
  #state: AgentState | undefined;
  /** Beats for the next write, in their order: the last one is its state. */
  #made: AgentState[] = [];
  /** Who waits for the next write. */
  #waiting: Waiter[] = [];
  #writing = false;
  /** Something happened during a write that asks for another one. */
  #again = false;
  #timer: Timer | undefined;
  #end: BeatEnd | undefined;
  /** What watchers have been told. */
  #announced: AgentStatus | undefined;
  #recordedAt = 0;

  constructor(setup: BeatLoopSetup) {
    const { transport, logger, plan } = setup;
    this.#setup = setup;
    this.#clock = transport.clock;
    this.#incarnation = setup.incarnation;
    if (plan.enableStreaming) this.#events = new BeatEvents({ transport, logger, agentId: plan.agentId });
    this.#stopListening = transport.onStatus((status) => {
      // Back from an outage the lease may be about to run out: the next interval may be too late.
      if (status === "available") this.beatNow();
      else if (status === "closed") this.#finish({ reason: "closed" });
    });
  }

  get incarnation(): number | undefined {
    return this.#incarnation;
  }

  write(states: readonly AgentState[]): Promise<BeatResult> {
    if (this.#end) return Promise.resolve(resultAfter(this.#end));
    for (const state of states) this.#made.push(state);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      void this.#run();
    });
  }

  /** Writes the present state again, at once or after the write that is under way. */
  beatNow(): void {
    this.#again = true;
    void this.#run();
  }

  async close(): Promise<void> {
    this.#finish({ reason: "closed" });
  }

  /** Writes until nobody waits for a newer state. Writes never overlap, so the store sees states in their order. */
  async #run(): Promise<void> {
    if (this.#writing || this.#end || !(this.#state ?? this.#made[0])) return;
    this.#writing = true;
    this.#timer?.clear();
    let startedAt = 0;
    let recorded = false;
    do {
      this.#again = false;
      startedAt = this.#clock.monotonic();
      recorded = await this.#write();
    } while (!this.#end && (this.#waiting.length > 0 || this.#again));
    this.#writing = false;
    if (this.#end) return;
    const { intervalMs } = this.#setup.plan;
    // What failed is tried again sooner: a lease holds for a few intervals only.
    const dueAt = startedAt + (recorded ? intervalMs : intervalMs / 4);
    const ms = Math.max(1, Math.ceil(dueAt - this.#clock.monotonic()));
    this.#timer = this.#clock.setTimer(() => void this.#run(), ms, { background: true });
  }

  /** Never rejects: what goes wrong is told to those who wait, else to the logger. */
  async #write(): Promise<boolean> {
    const start = this.#startToWrite();
    const waiting = this.#take();
    let late: readonly Waiter[] = [];
    try {
      const latest = this.#state!;
      const first = start ?? latest;
      let result = await this.#put(first);
      let last = result;
      if (this.#unwritten && result.outcome === "recorded") {
        // Only now can the incarnation be written down. Whoever came meanwhile is served by that as well.
        if (!this.#end) late = this.#take();
        last = this.#end ? resultAfter(this.#end) : await this.#put(this.#state!);
        if (last.outcome !== "unavailable" || first !== latest) result = last;
      }
      if (last.outcome === "unavailable") this.#events?.missed();
      for (const { resolve } of waiting) resolve(result);
      for (const { resolve } of late) resolve(last);
      return last.outcome === "recorded";
    } catch (error) {
      this.#events?.missed();
      if (isClosed(error)) this.#finish({ reason: "closed" });
      for (const { reject } of [...waiting, ...late]) reject(error);
      if (waiting.length + late.length === 0 && !isClosed(error)) this.#report("beat", error);
      return false;
    }
  }

  /**
   * What the very first write says. An agent whose end came in the turn of its start is started all the same, so that an
   * older start of it is fenced.
   */
  #startToWrite(): AgentState | undefined {
    if (this.#incarnation !== undefined || this.#state) return undefined;
    return this.#made.findLast(({ status }) => !isFinal(status));
  }

  /** Takes the beats that were made since the last write; gives who waits for them. */
  #take(): Waiter[] {
    this.#state = this.#made.at(-1) ?? this.#state;
    this.#events?.made(this.#made);
    this.#made = [];
    return this.#waiting.splice(0);
  }

  async #put(state: AgentState): Promise<BeatResult> {
    const { plan, records, blockedMs } = this.#setup;
    const { agentId, holder, ttlMs } = plan;
    const incarnation = this.#incarnation;
    const final = isFinal(state.status);
    const facts = { now: this.#clock.now(), incarnation, blockedMs: final ? 0 : (blockedMs?.() ?? 0) };
    let failure: unknown;
    const outcome = await records.put(
      {
        key: agentId,
        value: toStored(state, facts),
        visible: JSON.stringify(toWire(state, facts)),
        leaseMs: final ? null : ttlMs,
        // An agent that ends before its start was known to be recorded must not come before anybody: the lowest one.
        condition: { holder, incarnation: incarnation ?? (final ? 1 : undefined) },
        announce: this.#isNews(state.status),
      },
      (error) => {
        failure = error;
      },
    );
    if (!outcome) {
      this.#announced = undefined;
      return unavailable(failure);
    }
    if (!outcome.stored) return this.#refused(state, outcome.current?.incarnation);
    this.#announced = state.status;
    this.#recordedAt = this.#clock.monotonic();
    this.#incarnation = outcome.incarnation;
    this.#unwritten = incarnation === undefined && !final;
    // A start is published with the put that writes its incarnation down.
    if (!this.#unwritten || this.#end)
      this.#events?.recorded(state, { ...facts, incarnation: outcome.incarnation });
    if (final) {
      // Who has heard that his agent has ended may end his process: the last event is to be there by then.
      await this.#events?.settled();
      this.#finish({ reason: "stopped" });
    }
    return { outcome: "recorded" };
  }

  /** A change of status, the first beat, and the first after a silence in which the lease may have run out. */
  #isNews(status: AgentStatus): boolean {
    return status !== this.#announced || this.#clock.monotonic() - this.#recordedAt >= this.#setup.plan.ttlMs;
  }

  #refused(state: AgentState, newer: number | undefined): BeatResult {
    const incarnation = this.#incarnation ?? null;
    if (incarnation === null && isFinal(state.status)) {
      // Not known to have been recorded, and already over: there is nothing to be fenced from.
      this.#finish({ reason: "stopped" });
      return { outcome: "unavailable" };
    }
    this.#finish({ reason: "fenced", incarnation, newerIncarnation: newer ?? null });
    return { outcome: "fenced" };
  }

  #finish(end: BeatEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#timer?.clear();
    this.#stopListening();
    const result = resultAfter(end);
    for (const { resolve } of this.#waiting.splice(0)) resolve(result);
    this.#setup.onEnd(end);
  }

  #report(what: string, error: unknown): void {
    const { logger, plan } = this.#setup;
    logger.error(`attune: agent ${JSON.stringify(plan.agentId)} could not ${what}: ${String(error)}`);
  }
}

function unavailable(failure: unknown): BeatResult {
  return {
    outcome: "unavailable",
    failure: failure instanceof AttuneError ? { code: failure.code, message: failure.message } : undefined,
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED";
}
