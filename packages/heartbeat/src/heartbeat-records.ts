/** The records of agents in the store. Every answer may be `undefined`: the store is away, which is not "there is none". */
import { performance } from "node:perf_hooks";
import {
  type ClaimRequest,
  type Clock,
  Degradation,
  type DegradationOptions,
  type PutOutcome,
  type PutRequest,
  type RecordPage,
  type StoredRecord,
  type Transport,
} from "@attune/transport";
import type { StoreOutages } from "./store-outages.ts";

const bucket = "heartbeat";

/** For `transport.bell`: rings when an agent starts, ends, changes its status, or is found to be lost; not with each beat. */
export const heartbeatTopic = `records:${bucket}` as const;

/** Reads of many agents go in pages: one costs the store about a millisecond. */
export const agentsPerPage = 1000;

/** How long the record of an agent that was lost, or has finished, can be read. */
const keepMs = 3_600_000;

/** What a beat stores; the lease `null` for the last one. */
export type BeatRequest = Required<
  Pick<PutRequest, "key" | "value" | "visible" | "leaseMs" | "condition" | "announce">
>;

export interface HeartbeatRecordsOptions extends DegradationOptions {
  /** What has been seen of the outages of the transport's store. */
  readonly outages: StoreOutages;
  readonly ttlMs: number;
}

export class HeartbeatRecords {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #degradation: Degradation;
  readonly #outages: StoreOutages;
  readonly #slowMs: number;

  constructor(transport: Transport, options: HeartbeatRecordsOptions) {
    this.#transport = transport;
    this.#clock = transport.clock;
    this.#degradation = new Degradation(transport, options);
    this.#outages = options.outages;
    // Shorter than what it takes for leases to run out, longer than what a busy store takes.
    this.#slowMs = Math.min(1000, options.ttlMs / 6);
  }

  /** `failed` is told why there is no answer. */
  put(request: BeatRequest, failed: (error: unknown) => void): Promise<PutOutcome | undefined> {
    const put = () => this.#transport.records.put({ bucket, keepMs, ...request });
    return this.#ask(put, failed);
  }

  get(agentIds: readonly string[]): Promise<(StoredRecord | null)[] | undefined> {
    return this.#ask(() => this.#transport.records.get(bucket, agentIds));
  }

  list(from: string | null): Promise<RecordPage | undefined> {
    return this.#ask(() => this.#transport.records.list({ bucket, from, count: agentsPerPage }));
  }

  count(): Promise<number | undefined> {
    return this.#ask(() => this.#transport.records.count(bucket));
  }

  claimExpired(request: Omit<ClaimRequest, "bucket">): Promise<StoredRecord[] | undefined> {
    return this.#ask(() => this.#transport.records.claimExpired({ bucket, ...request }));
  }

  settleExpired({ key, version }: StoredRecord, claimer: string): Promise<boolean | undefined> {
    return this.#ask(() => this.#transport.records.settleExpired({ bucket, key, version, claimer }));
  }

  #ask<T>(call: () => Promise<T>, failed?: (error: unknown) => void): Promise<T | undefined> {
    const askedAt = this.#clock.monotonic();
    const load = performance.eventLoopUtilization();
    return this.#degradation.attempt(async () => {
      try {
        const answer = await call();
        // What this thread was busy for is not the store's.
        const busyMs = performance.eventLoopUtilization(load).active;
        this.#outages.answered(askedAt, { busyMs, slowMs: this.#slowMs });
        return answer;
      } catch (error) {
        failed?.(error);
        throw error;
      }
    }, undefined);
  }
}
