/** The records of the tiny transport: a map per bucket. */
import type { PutCondition, PutRequest, RecordStore, StoredRecord } from "@attune/transport";
import type { TinySpace } from "./tiny-transport.ts";

export interface TinyRecord {
  readonly key: string;
  readonly value: string;
  readonly version: number;
  readonly incarnation: number;
  readonly holder: string | undefined;
  readonly putAt: number;
  readonly leaseEnd: number | null;
  readonly keepMs: number;
  settled: boolean;
  claim: { readonly claimer: string; readonly until: number } | undefined;
}

const length = ({ from, to }: { readonly from: number; readonly to: number }) => to - from;

/** What is stored of a bucket. */
export class TinyBucket {
  readonly records = new Map<string, TinyRecord>();
  /** By key: who was given an incarnation. */
  readonly holders = new Map<string, Set<string>>();
  lastIncarnation = 0;
  longestLeaseMs = 0;
  /** When somebody last put a lease or claimed. */
  touchedAt = Number.POSITIVE_INFINITY;
  /** The longest pause that a put has ended since the last claim. */
  pause = { from: 0, to: 0 };
  /** What ran out since `from` is excused until `until`. */
  grace = { from: 0, until: 0 };

  touchByPut(now: number, leaseMs: number): void {
    this.longestLeaseMs = Math.max(this.longestLeaseMs, leaseMs);
    const pause = { from: this.touchedAt, to: now };
    this.touchedAt = now;
    if (length(pause) > this.longestLeaseMs) this.excuse(pause);
    if (length(pause) > length(this.pause)) this.pause = pause;
  }

  touchByClaim(now: number, gapMs: number): void {
    const pause = { from: this.touchedAt, to: now };
    this.touchedAt = now;
    if (length(pause) > gapMs) this.excuse(pause);
    else if (length(this.pause) > gapMs) this.excuse(this.pause);
    this.pause = { from: 0, to: 0 };
  }

  excuse({ from, to }: { readonly from: number; readonly to: number }): void {
    // Away again before everybody could come back: what was excused stays so.
    const since = from < this.grace.until ? Math.min(from, this.grace.from) : from;
    this.grace = { from: since, until: Math.max(to + this.longestLeaseMs, this.grace.until) };
  }

  find(key: string, now: number): TinyRecord | undefined {
    const record = this.records.get(key);
    if (record && (record.leaseEnd ?? record.putAt) + record.keepMs > now) return record;
    this.records.delete(key);
    return undefined;
  }

  /** As others see it. */
  show({ key, value, version, incarnation, putAt, leaseEnd }: TinyRecord, now: number): StoredRecord {
    const leaseMs = leaseEnd === null ? null : leaseEnd - now;
    const { from, until } = this.grace;
    const excused = leaseEnd !== null && leaseEnd <= now && leaseEnd > from && now < until;
    return { key, value, version, incarnation, ageMs: now - putAt, leaseMs, excused };
  }

  /** The incarnation that a put has; `undefined`: its condition does not hold. */
  incarnationOf(
    key: string,
    condition: PutCondition | undefined,
    current: TinyRecord | undefined,
  ): number | undefined {
    const before = current?.incarnation ?? 0;
    if (!condition) return before;
    if ("absent" in condition) return current ? undefined : 0;
    if ("version" in condition) return current?.version === condition.version ? before : undefined;
    const { holder, incarnation } = condition;
    if (current?.holder === holder) return before;
    if (incarnation !== undefined) return incarnation >= before ? incarnation : undefined;
    const known = this.holders.get(key) ?? new Set();
    // It was the holder, did not hear of it, and somebody newer has come since.
    if (current && known.has(holder)) return undefined;
    this.holders.set(key, known.add(holder));
    return ++this.lastIncarnation;
  }
}

export function tinyRecords(space: TinySpace): RecordStore {
  const bucketOf = (name: string): TinyBucket => {
    space.check();
    const bucket = space.buckets.get(name) ?? new TinyBucket();
    space.buckets.set(name, bucket);
    return bucket;
  };

  return {
    async put({ bucket: name, key, value, leaseMs, keepMs, condition, announce }: PutRequest) {
      const bucket = bucketOf(name);
      const now = performance.now();
      const current = bucket.find(key, now);
      const incarnation = bucket.incarnationOf(key, condition, current);
      if (incarnation === undefined) {
        return { stored: false, reason: "condition", current: current ? bucket.show(current, now) : null };
      }
      if (leaseMs !== null) bucket.touchByPut(now, leaseMs);
      const version = (current?.version ?? 0) + 1;
      const holder = condition && "holder" in condition ? condition.holder : current?.holder;
      const leaseEnd = leaseMs === null ? null : now + leaseMs;
      const written = { key, value, version, incarnation, holder, putAt: now, leaseEnd, keepMs };
      bucket.records.set(key, { ...written, settled: false, claim: undefined });
      if (announce) space.ring(`records:${name}`);
      return { stored: true, version, incarnation };
    },

    async get(name, keys) {
      const bucket = bucketOf(name);
      const now = performance.now();
      const found = keys.map((key) => bucket.find(key, now));
      return found.map((record) => (record ? bucket.show(record, now) : null));
    },

    async list({ bucket: name, from, count }) {
      const bucket = bucketOf(name);
      const now = performance.now();
      const keys = [...bucket.records.keys()].sort().filter((key) => from === null || key > from);
      const page = keys.slice(0, count);
      const records = page.flatMap((key) => bucket.find(key, now) ?? []);
      return {
        records: records.map((record) => bucket.show(record, now)),
        next: keys.length > count ? page.at(-1)! : null,
      };
    },

    async count(name) {
      const now = performance.now();
      return [...bucketOf(name).records.values()].filter(
        ({ leaseEnd }) => leaseEnd !== null && leaseEnd > now,
      ).length;
    },

    async delete(name, key) {
      const bucket = bucketOf(name);
      return bucket.find(key, performance.now()) !== undefined && bucket.records.delete(key);
    },

    async claimExpired({ bucket: name, claimer, holdMs, count, gapMs }) {
      const bucket = bucketOf(name);
      const now = performance.now();
      bucket.touchByClaim(now, gapMs);
      const expired = [...bucket.records.keys()]
        .flatMap((key) => bucket.find(key, now) ?? [])
        .filter(({ settled, leaseEnd }) => !settled && leaseEnd !== null && leaseEnd <= now)
        .filter((record) => !bucket.show(record, now).excused);
      const isOpen = ({ claim }: TinyRecord) => !claim || claim.until <= now;
      const own = expired.filter((record) => !isOpen(record) && record.claim!.claimer === claimer);
      const claimed = [...expired.filter(isOpen), ...own].slice(0, count);
      for (const record of claimed) record.claim = { claimer, until: now + holdMs };
      return claimed.map((record) => bucket.show(record, now));
    },

    async settleExpired({ bucket: name, key, version, claimer }) {
      const record = bucketOf(name).find(key, performance.now());
      if (record?.version !== version || record.claim?.claimer !== claimer) return false;
      record.settled = true;
      record.claim = undefined;
      return true;
    },
  };
}
