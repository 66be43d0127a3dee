/** Records as maps. */
import type {
  ClaimRequest,
  Clock,
  PutCondition,
  PutOutcome,
  PutRequest,
  RecordPage,
  RecordStore,
  SettleRequest,
  StoredRecord,
  Topic,
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
  /** When somebody last put or claimed. */
  touchedAt: number | undefined;
  longestLeaseMs: number;
  /** The highest that a record of this bucket ever had. */
  lastIncarnation: number;
  /** Leases that ran out since `from` are excused until `until`. */
  grace: { readonly from: number; readonly until: number } | undefined;
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
    if (request.leaseMs !== null) {
      bucket.longestLeaseMs = Math.max(bucket.longestLeaseMs, request.leaseMs);
      touch(bucket, now, bucket.longestLeaseMs);
    }
    const current = live(bucket, request.key, now);
    const next = Math.max(bucket.lastIncarnation + 1, this.#host.clock.now());
    const incarnation = nextIncarnation(request.condition, current, next);
    if (incarnation === undefined) {
      return {
        stored: false,
        reason: "condition",
        current: current ? toStored(current, bucket, now) : null,
      };
    }
    const { key, value, leaseMs, keepMs, condition, announce } = request;
    const version = (current?.version ?? 0) + 1;
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
    touch(bucket, now, gapMs);
    const claimed: StoredRecord[] = [];
    for (const key of bucket.records.keys()) {
      if (claimed.length === count) break;
      const held = live(bucket, key, now);
      if (!held || held.settled || held.leaseEnd === null || held.leaseEnd > now) continue;
      if (isExcused(held, bucket, now)) continue;
      if (held.claim && held.claim.until > now && held.claim.claimer !== claimer) continue;
      held.claim = { claimer, until: now + holdMs };
      claimed.push(toStored(held, bucket, now));
    }
    return claimed;
  }

  async settleExpired({ bucket: name, key, version, claimer }: SettleRequest): Promise<boolean> {
    this.#host.assertAvailable();
    const now = this.#host.clock.monotonic();
    const held = live(this.#bucket(name), key, now);
    if (!held || held.version !== version || held.claim?.claimer !== claimer) return false;
    held.settled = true;
    this.#host.ring(`records:${name}`);
    return true;
  }

  #bucket(name: string): Bucket {
    let bucket = this.#buckets.get(name);
    if (!bucket) {
      bucket = {
        records: new Map(),
        touchedAt: undefined,
        longestLeaseMs: 0,
        lastIncarnation: 0,
        grace: undefined,
      };
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

/** A pause longer than `gapMs` was an outage: what ran out in it is excused for the longest lease. */
function touch(bucket: Bucket, now: number, gapMs: number): void {
  const last = bucket.touchedAt;
  bucket.touchedAt = now;
  if (last === undefined || now - last <= gapMs) return;
  bucket.grace = { from: last, until: now + bucket.longestLeaseMs };
}

function isExcused({ leaseEnd, settled }: Held, { grace }: Bucket, now: number): boolean {
  if (!grace || settled || leaseEnd === null || leaseEnd > now) return false;
  return now < grace.until && leaseEnd > grace.from;
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
