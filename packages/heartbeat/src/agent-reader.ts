/** Reads agents from the store, one or all, and remembers them for the time when the store is away. */
import type { Logger, StoredRecord } from "@attune/transport";
import type { AgentHeartbeat, Liveness } from "./agent-heartbeat.ts";
import type { HeartbeatRecords } from "./heartbeat-records.ts";
import { type Lease, type LivenessThresholds, livenessOf } from "./liveness.ts";
import type { StoreOutages } from "./store-outages.ts";
import { fromStored, type ReadHeartbeat } from "./stored-heartbeat.ts";

export interface AgentReaderSetup {
  readonly records: HeartbeatRecords;
  readonly outages: StoreOutages;
  readonly thresholds: LivenessThresholds;
  /** How long leases that ran out in an outage are excused after it, at least. */
  readonly graceMs: number;
  readonly logger: Logger;
}

/** An agent as it was read, and what of that need not be read again while its record stays the same. */
export interface SeenAgent {
  readonly agent: AgentHeartbeat;
  /** Since its last beat, by the store's clock. */
  readonly ageMs: number;
  readonly version: number;
  readonly beat: ReadHeartbeat;
}

/** How many agents that were asked for one by one are remembered. */
const maxAskedFor = 1000;

export class AgentReader {
  readonly #setup: AgentReaderSetup;
  /** From the last time that all were read. */
  #listed: ReadonlyMap<string, SeenAgent> = new Map();
  /** Asked for since then; the oldest are at the front. */
  readonly #askedFor = new Map<string, SeenAgent>();
  /** Agents whose record is no heartbeat, told of once. */
  readonly #damaged = new Set<string>();
  readonly #excuses = (lease: Lease) => this.#setup.outages.excuses(lease, this.#setup.graceMs);

  constructor(setup: AgentReaderSetup) {
    this.#setup = setup;
  }

  /** In the order asked for, `null` where there is no such agent; `undefined` while the store is away. */
  async get(agentIds: readonly string[]): Promise<(AgentHeartbeat | null)[] | undefined> {
    const records = await this.#setup.records.get(agentIds);
    return records?.map((record, index) => {
      const seen = record ? this.#see(record) : undefined;
      this.#remember(agentIds[index]!, seen);
      return seen?.agent ?? null;
    });
  }

  /** All agents whose record is still kept, by id; `undefined` while the store is away. */
  async list(): Promise<ReadonlyMap<string, SeenAgent> | undefined> {
    const { records } = this.#setup;
    const all = new Map<string, SeenAgent>();
    let page = await records.list(null);
    while (page) {
      // The store works on the next page while this one is decoded.
      const next = page.next === null ? null : records.list(page.next);
      next?.catch(() => {}); // looked at below
      for (const record of page.records) {
        const seen = this.#see(record);
        if (seen) all.set(record.key, seen);
      }
      if (next === null) {
        this.#listed = all;
        this.#askedFor.clear();
        return all;
      }
      page = await next;
    }
    return undefined;
  }

  /** Whether the store is away, or has come back only just. */
  get inGrace(): boolean {
    return this.#setup.outages.grace(this.#setup.graceMs);
  }

  /** What was last seen of an agent. */
  lastSeen(agentId: string): AgentHeartbeat | undefined {
    const seen = this.#known(agentId);
    return seen && withLiveness(seen.agent, "unknown");
  }

  #known(agentId: string): SeenAgent | undefined {
    return this.#askedFor.get(agentId) ?? this.#listed.get(agentId);
  }

  #remember(agentId: string, seen: SeenAgent | undefined): void {
    this.#askedFor.delete(agentId);
    if (!seen) return;
    this.#askedFor.set(agentId, seen);
    if (this.#askedFor.size <= maxAskedFor) return;
    for (const oldest of this.#askedFor.keys()) {
      this.#askedFor.delete(oldest);
      return;
    }
  }

  #see(record: StoredRecord): SeenAgent | undefined {
    const { key, value, version, incarnation, ageMs } = record;
    const before = this.#known(key);
    // Most agents have not beaten since they were last read: their text need not be parsed again.
    const same = before?.version === version && before.agent.incarnation === incarnation;
    const beat = same ? before.beat : fromStored(value);
    if (!beat) return this.#tellDamaged(key);
    const agent = {
      agentId: key,
      displayName: beat.displayName,
      status: beat.status,
      progress: beat.progress,
      currentTask: beat.currentTask,
      lastBeat: new Date(beat.lastBeatMs),
      lastProgress: new Date(beat.lastProgressMs),
      metadata: beat.metadata,
      incarnation,
      liveness: livenessOf(record, beat, this.#setup.thresholds, this.#excuses),
      progressTimeoutMs: beat.progressTimeoutMs,
      blockedForMs: beat.blockedForMs,
    };
    return { agent, ageMs, version, beat };
  }

  #tellDamaged(agentId: string): undefined {
    if (this.#damaged.has(agentId)) return;
    if (this.#damaged.size >= maxAskedFor) this.#damaged.clear();
    this.#damaged.add(agentId);
    this.#setup.logger.warn(
      `attune: the record of agent ${JSON.stringify(agentId)} is no heartbeat; the agent is left out.`,
    );
  }
}

export function withLiveness(agent: AgentHeartbeat, liveness: Liveness): AgentHeartbeat {
  return { ...agent, liveness };
}
