/** Records as maps. */
import {
  type BucketTimes,
  type ClaimRequest,
  type Clock,
  isExcused as isExcusedBy,
  noBucketTimes,
  type PutCondition,
  type PutOutcome,
  type PutRequest,
  type RecordPage,
  type RecordStore,
  type SettleRequest,
  type StoredRecord,
  type Topic,
  timesAfterClaim,
  timesAfterPut,
} from "@attune/transport";

/** What the records need from their store. */
interface RecordsHost {
  readonly clock: Clock;
  ring(topic: Topic): void;
  /** Throws while an outage is simulated. */
  assertAvailable(): void;
}

interface Held {
  readonly key: string;
  readonly value: string;
  readonly version: number;
  readonly incarnation: number;
  readonly holder: string | undefined;
  readonly putAt: number;
  readonly leaseEnd: number | null;
  readonly keepMs: number;
  /** Its expiry has been dealt with. */
  settled: boolean;
  claim: { readonly claimer: string; readonly until: number } | undefined;
}

interface Bucket {
  readonly records: Map<string, Held>;
  times: BucketTimes;
  /** Holders that were given an incarnation, by key. */
  readonly holders: Map<string, Set<string>>;
  /** The highest that a record of this bucket ever had. */
  lastIncarnation: number;
}

export class MemoryRecords implements RecordStore {
  readonly #host: RecordsHost;
  readonly #buckets = new Map<string, Bucket>();

  constructor(host: RecordsHost) {
    this.#host = host;
  }

  async put(request: PutRequest): Promise<PutOutcome> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const bucket = this.#bucket(request.bucket);
    const current = live(bucket, request.key, now);
    const next = Math.max(bucket.lastIncarnation + 1, this.#host.clock.now());
    const incarnation = isFencedForGood(request, current, bucket)
      ? undefined
      : nextIncarnation(request.condition, current, next);
    if (incarnation === undefined) {
      return {
        stored: false,
        reason: "condition",
        current: current ? toStored(current, bucket, now) : null,
      };
    }
    const { key, value, leaseMs, keepMs, condition, announce } = request;
    const version = (current?.version ?? 0) + 1;
    if (leaseMs !== null) bucket.times = timesAfterPut(bucket.times, now, leaseMs);
    if (condition && "holder" in condition) noteHolder(bucket, key, condition.holder);
    bucket.lastIncarnation = Math.max(bucket.lastIncarnation, incarnation);
    bucket.records.set(key, {
      key,
      value,
      version,
      incarnation,
      holder: condition && "holder" in condition ? condition.holder : current?.holder,
      putAt: now,
      leaseEnd: leaseMs === null ? null : now + leaseMs,
      keepMs,
      settled: false,
      claim: undefined,
    });
    if (announce) this.#host.ring(`records:${request.bucket}`);
    return { stored: true, version, incarnation };
  }

  async get(bucketName: string, keys: readonly string[]): Promise<(StoredRecord | null)[]> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const bucket = this.#bucket(bucketName);
    return keys.map((key) => {
      const held = live(bucket, key, now);
      return held ? toStored(held, bucket, now) : null;
    });
  }

  async list({ bucket: name }: { readonly bucket: string }): Promise<RecordPage> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const bucket = this.#bucket(name);
    const records: StoredRecord[] = [];
    for (const key of bucket.records.keys()) {
      const held = live(bucket, key, now);
      if (held) records.push(toStored(held, bucket, now));
    }
    // A page of everything: there is no other process to let in between.
    return { records, next: null };
  }

  async count(name: string): Promise<number> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    let count = 0;
    for (const { leaseEnd } of this.#bucket(name).records.values()) {
      if (leaseEnd !== null && leaseEnd > now) count++;
    }
    return count;
  }

  async delete(name: string, key: string): Promise<boolean> {
    this.#host.assertAvailable();
    const bucket = this.#bucket(name);
    const there = live(bucket, key, this.#host.clock.monotonic()) !== undefined;
    bucket.records.delete(key);
    return there;
  }

  async claimExpired({ bucket: name, claimer, holdMs, count, gapMs }: ClaimRequest): Promise<StoredRecord[]> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const bucket = this.#bucket(name);
    bucket.times = timesAfterClaim(bucket.times, now, gapMs);
    const open: Held[] = [];
    const own: Held[] = [];
    for (const key of bucket.records.keys()) {
      const held = live(bucket, key, now);
      if (!held || held.settled || held.leaseEnd === null || held.leaseEnd > now) continue;
      if (isExcused(held, bucket, now)) continue;
      if (!held.claim || held.claim.until <= now) open.push(held);
      else if (held.claim.claimer === claimer) own.push(held);
    }
    // What the claimer holds already comes last: otherwise it would never get beyond what it cannot settle.
    return [...open, ...own].slice(0, count).map((held) => {
      held.claim = { claimer, until: now + holdMs };
      return toStored(held, bucket, now);
    });
  }

  async settleExpired({ bucket: name, key, version, claimer }: SettleRequest): Promise<boolean> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const held = live(this.#bucket(name), key, now);
    if (!held || held.version !== version || held.claim?.claimer !== claimer) return false;
    held.settled = true;
    held.claim = undefined;
    this.#host.ring(`records:${name}`);
    return true;
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = { records: new Map(), times: noBucketTimes, holders: new Map(), lastIncarnation: 0 };
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

/** It was the holder, did not hear of it, and somebody newer has come since. */
function isFencedForGood({ key, condition }: PutRequest, current: Held | undefined, bucket: Bucket): boolean {
  if (!current || !condition || !("holder" in condition) || condition.incarnation !== undefined) return false;
  return current.holder !== condition.holder && bucket.holders.get(key)?.has(condition.holder) === true;
}

/** Only of the latest of a key: nobody tries for longer. */
function noteHolder({ holders }: Bucket, key: string, holder: string): void {
  const known = holders.get(key) ?? new Set();
  holders.set(key, known);
  known.add(holder);
  if (known.size > 100) known.delete(known.keys().next().value!);
}

function isExcused({ putAt, leaseEnd, settled }: Held, { times }: Bucket, now: number): boolean {
  return !settled && leaseEnd !== null && leaseEnd <= now && isExcusedBy(times, { putAt, leaseEnd }, now);
}

/** The record, unless its time is over; then it is forgotten here. */
function live(bucket: Bucket, key: string, now: number): Held | undefined {
  const held = bucket.records.get(key);
  if (!held) return undefined;
  if ((held.leaseEnd ?? held.putAt) + held.keepMs > now) return held;
  bucket.records.delete(key);
  return undefined;
}

/** The incarnation that a put would have, or `undefined` when its condition does not hold. */
function nextIncarnation(
  condition: PutCondition | undefined,
  current: Held | undefined,
  next: number,
): number | undefined {
  const before = current?.incarnation ?? 0;
  if (!condition) return before;
  if ("absent" in condition) return current ? undefined : 0;
  if ("version" in condition) return current?.version === condition.version ? before : undefined;
  const { holder, incarnation } = condition;
  if (current?.holder === holder) return before;
  if (incarnation === undefined) return next;
  return incarnation >= before ? incarnation : undefined;
}

function toStored(held: Held, bucket: Bucket, now: number): StoredRecord {
  const { key, value, version, incarnation, putAt, leaseEnd } = held;
  return {
    key,
    value,
    version,
    incarnation,
    ageMs: now - putAt,
    leaseMs: leaseEnd === null ? null : leaseEnd - now,
    excused: isExcused(held, bucket, now),
  };
}
