/**
 * Tells of agents that were lost, as `agent_error`, once per loss however many processes watch: an expiry is claimed, told
 * of under a key that makes a second telling impossible, and only then settled.
 */
import { createHash } from "node:crypto";
import type { EventStreamer } from "@attune/streams";
import { type Logger, randomToken, type StoredRecord, sleep, type Transport } from "@attune/transport";
import { agentError } from "./events.ts";
import type { HeartbeatRecords } from "./heartbeat-records.ts";
import type { StoreOutages } from "./store-outages.ts";
import { fromStored } from "./stored-heartbeat.ts";

export interface LossReporterSetup {
  /** One that degrades: nobody waits for a loss to be told. */
  readonly transport: Transport;
  readonly records: HeartbeatRecords;
  readonly outages: StoreOutages;
  readonly streamer: EventStreamer;
  readonly logger: Logger;
  /** How often it looks. */
  readonly intervalMs: number;
  readonly graceMs: number;
}

/** How long nobody else is told of a claimed expiry: enough to publish and settle it. */
const holdMs = 10_000;
const claimCount = 100;
/** A store that was stopped and goes on hears of expiries before it hears of beats: those get so long to arrive. */
export const confirmMs = 250;
/** An event is not the place for bulk: of longer records the metadata stay out. */
const maxRecordLength = 16_384;

export class LossReporter {
  readonly #setup: LossReporterSetup;
  readonly #claimer = randomToken();
  readonly #closing = new AbortController();

  constructor(setup: LossReporterSetup) {
    this.#setup = setup;
    void this.#run();
  }

  close(): void {
    this.#closing.abort();
  }

  /** Never keeps the process alive: whoever watches does that. */
  async #run(): Promise<void> {
    const { transport, intervalMs, logger } = this.#setup;
    const { signal } = this.#closing;
    while (!signal.aborted && transport.status !== "closed") {
      let more = false;
      try {
        more = await this.#look();
      } catch (error) {
        if (signal.aborted || this.#isClosed()) return;
        logger.error(`attune: losses of agents could not be told: ${String(error)}`);
      }
      if (!more) await sleep(transport.clock, intervalMs, { signal, background: true });
    }
  }

  #isClosed(): boolean {
    return this.#setup.transport.status === "closed";
  }

  /** Whether there may be more at once. */
  async #look(): Promise<boolean> {
    const { transport, records, outages, intervalMs, graceMs } = this.#setup;
    const { signal } = this.#closing;
    // After an outage nothing is claimed, but the store is to notice the pause now, and not when the grace is over.
    const grace = outages.grace(graceMs);
    const claimed = await records.claimExpired({
      claimer: this.#claimer,
      holdMs: grace ? 1 : holdMs,
      count: grace ? 1 : claimCount,
      // Nobody has put or claimed for several looks of ours: it was the store that was away, not the agents.
      gapMs: Math.max(3 * intervalMs, 3000),
    });
    if (grace || !claimed || claimed.length === 0) return false;
    await sleep(transport.clock, confirmMs, { signal, background: true });
    if (signal.aborted) return false;
    const lost = await this.#confirm(claimed);
    const told = await Promise.all(lost.map((record) => this.#tell(record)));
    return claimed.length === claimCount && told.every(Boolean);
  }

  /** Those of which nothing was heard meanwhile. */
  async #confirm(claimed: readonly StoredRecord[]): Promise<StoredRecord[]> {
    const { records, outages, graceMs } = this.#setup;
    const now = await records.get(claimed.map(({ key }) => key));
    if (!now || outages.grace(graceMs)) return [];
    return claimed.filter(({ version }, index) => {
      const record = now[index];
      return record?.version === version && !record.excused && !outages.excuses(record, graceMs);
    });
  }

  /** Whether it is told. What is not stays claimed, and is tried again by the next look. */
  async #tell(record: StoredRecord): Promise<boolean> {
    const { streamer, records } = this.#setup;
    const { key, incarnation, version } = record;
    const agent = createHash("sha256").update(key).digest("base64url");
    const [id] = await streamer.publishEvents([
      {
        eventType: agentError.eventType,
        data: this.#lossOf(record),
        // Whoever claims after one who published and died before he settled must not publish a second time.
        idempotencyKey: `lost:${agent}:${incarnation}:${version}`,
      },
    ]);
    if (id === "") return false;
    await records.settleExpired(record, this.#claimer);
    return true;
  }

  #lossOf({ key, value, incarnation, ageMs }: StoredRecord) {
    const beat = fromStored(value);
    const loss = {
      agent_id: key,
      error_message: `The agent is lost: its last beat was ${(ageMs / 1000).toFixed(1)} s ago, and its lease has run out.`,
      error_type: "agent_lost",
      severity: "error",
      incarnation,
    };
    if (!beat) return loss;
    const { maxPayloadBytes } = this.#setup.transport.limits;
    const withMetadata = value.length <= Math.min(maxRecordLength, maxPayloadBytes / 6);
    return {
      ...loss,
      current_task: beat.currentTask,
      progress: beat.progress,
      last_beat: new Date(beat.lastBeatMs).toISOString(),
      ...(withMetadata ? { metadata: beat.metadata } : {}),
    };
  }
}
