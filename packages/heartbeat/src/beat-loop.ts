/** Beats for one agent: writes its latest state when it changes, and every interval, one write at a time. */
import { EventStreamer } from "@attune/streams";
import { AttuneError, type Clock, type Logger, type Timer, type Transport } from "@attune/transport";
import { type AgentStatus, isFinal } from "./agent-heartbeat.ts";
import type { AgentState } from "./agent-state.ts";
import { type BeatEnd, type BeatPlan, type BeatResult, type Beats, resultAfter } from "./beats.ts";
import { agentHeartbeat } from "./events.ts";
import type { HeartbeatRecords } from "./heartbeat-records.ts";
import { toStored } from "./stored-heartbeat.ts";
import { toWire, type WireHeartbeat } from "./wire-heartbeat.ts";

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
  readonly #streamer: EventStreamer | undefined;
  readonly #stopListening: () => void;
  #incarnation: number | undefined;
  #state: AgentState | undefined;
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
    if (plan.enableStreaming) this.#streamer = new EventStreamer({ transport, logger, source: plan.agentId });
    this.#stopListening = transport.onStatus((status) => {
      // Back from an outage the lease may be about to run out: the next interval may be too late.
      if (status === "available") this.beatNow();
      else if (status === "closed") this.#finish({ reason: "closed" });
    });
  }

  get incarnation(): number | undefined {
    return this.#incarnation;
  }

  write(state: AgentState): Promise<BeatResult> {
    if (this.#end) return Promise.resolve(resultAfter(this.#end));
    this.#state = state;
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
    if (this.#writing || this.#end || !this.#state) return;
    this.#writing = true;
    this.#timer?.clear();
    let startedAt = 0;
    let recorded = false;
    do {
      this.#again = false;
      startedAt = this.#clock.monotonic();
      recorded = await this.#write(this.#state, this.#waiting.splice(0));
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
  async #write(state: AgentState, waiting: readonly Waiter[]): Promise<boolean> {
    try {
      const result = await this.#put(state);
      for (const { resolve } of waiting) resolve(result);
      return result.outcome === "recorded";
    } catch (error) {
      if (isClosed(error)) this.#finish({ reason: "closed" });
      for (const { reject } of waiting) reject(error);
      if (waiting.length === 0 && !isClosed(error)) this.#report("beat", error);
      return false;
    }
  }

  async #put(state: AgentState): Promise<BeatResult> {
    const { plan, records, blockedMs } = this.#setup;
    const { agentId, holder, ttlMs } = plan;
    const incarnation = this.#incarnation;
    const final = isFinal(state.status);
    const facts = { now: this.#clock.now(), incarnation, blockedMs: final ? 0 : (blockedMs?.() ?? 0) };
    const wire = toWire(state, facts);
    let failure: unknown;
    const outcome = await records.put(
      {
        key: agentId,
        value: toStored(state, facts),
        visible: JSON.stringify(wire),
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
    // The store gave the incarnation out with that write: only now can it be written down.
    if (incarnation === undefined && !final && !this.#end) {
      const again = await this.#put(state);
      if (again.outcome === "unavailable") this.#publish({ ...wire, incarnation: outcome.incarnation });
      return again.outcome === "fenced" ? again : { outcome: "recorded" };
    }
    this.#publish(wire);
    if (final) this.#finish({ reason: "stopped" });
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

  /** Nobody waits for it: a beat is never late because of its event. */
  #publish(wire: WireHeartbeat): void {
    const { eventType } = agentHeartbeat;
    this.#streamer?.publishEvents([{ eventType, data: wire }]).catch((error: unknown) => {
      if (!isClosed(error)) this.#report("publish a beat", error);
    });
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
