/** Records as rows, and what a bucket knows of all of its records. */
import {
  type ClaimRequest,
  type ListRecordsRequest,
  type PutOutcome,
  type PutRequest,
  type RecordPage,
  type RecordStore,
  type SettleRequest,
  type StoredRecord,
  timesAfterClaim,
} from "@attune/transport";
import { type Bucket, findBucket, saveBucket } from "./bucket.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { findRecord, type HeldRecord, recordColumns, recordEnd, toHeld, toStored } from "./held-record.ts";
import { putRecord } from "./put-record.ts";
import { removeRecord } from "./remove-record.ts";
import { ringAll } from "./ring-all.ts";
import { largestNumber, rowId } from "./run-of-rows.ts";

const selectPage = `
SELECT ${recordColumns} FROM record
WHERE id > ${rowId("$bucket", "$from")} AND id <= ${rowId("$bucket", String(largestNumber))} AND ${recordEnd} > $now
ORDER BY id LIMIT $count`;

const expired = `
FROM record WHERE bucket = $bucket AND settled = 0 AND lease_end IS NOT NULL AND lease_end <= $now`;

/** Not excused, and open for claims of $claimer ($own: those that he holds). */
const selectClaimable = (own: boolean) => `
SELECT ${recordColumns} ${expired} AND ${recordEnd} > $now
  AND NOT ($now < $graceTo AND put_at <= $graceFrom AND lease_end > $graceFrom)
  AND ${own ? "claim_until > $now AND claimer = $claimer" : "coalesce(claim_until <= $now, TRUE)"}
ORDER BY lease_end LIMIT $count`;

/** So that a page does not hold up the event loop. */
const largestPage = 1000;

/** A bucket in which nobody has put or claimed for so long may be one in which nobody can. */
const silenceMs = 250;

function untouchedFor(bucket: Bucket | undefined, now: number): number {
  return now - (bucket?.times.touchedAt ?? now);
}

export class SqliteRecords implements RecordStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  put(request: PutRequest): Promise<PutOutcome> {
    return this.#database.write((transaction) => putRecord(transaction, request));
  }

  async get(bucketName: string, keys: readonly string[]): Promise<(StoredRecord | null)[]> {
    const { records, untouchedMs } = await this.#look((connection, now) => {
      const bucket = findBucket(connection, bucketName);
      const found = keys.map((key) => {
        const held = bucket && findRecord(connection, bucket, key, now);
        return held ? toStored(held, bucket, now) : null;
      });
      return { records: found, untouchedMs: untouchedFor(bucket, now) };
    });
    return this.#excuse(records, untouchedMs);
  }

  async list({ bucket: name, from, count }: ListRecordsRequest): Promise<RecordPage> {
    const { records, untouchedMs, next } = await this.#look((connection, now) => {
      const bucket = findBucket(connection, name);
      if (!bucket) return { records: [], untouchedMs: 0, next: null };
      const size = Math.min(count, largestPage);
      const rows = connection
        .statement(selectPage)
        .allNamed({ bucket: bucket.number, from: Number(from ?? 0), now, count: size });
      return {
        records: rows.map((row) => toStored(toHeld(row), bucket, now)),
        untouchedMs: untouchedFor(bucket, now),
        next: rows.length < size ? null : String(rows.at(-1)!.number),
      };
    });
    return { records: await this.#excuse(records, untouchedMs), next };
  }

  count(name: string): Promise<number> {
    return this.#look((connection, now) => {
      const bucket = findBucket(connection, name);
      if (!bucket) return 0;
      // What ran out and nobody settled is little; what is in force may be much.
      const [row] = connection
        .statement(`SELECT count(*) AS expired ${expired}`)
        .allNamed({ bucket: bucket.number, now });
      return bucket.leased - Number(row?.expired);
    });
  }

  delete(name: string, key: string): Promise<boolean> {
    return this.#database.write(({ connection, now }) => {
      const bucket = findBucket(connection, name);
      if (!bucket) return false;
      const there = findRecord(connection, bucket, key, now) !== undefined;
      const leased = removeRecord(connection, bucket, key);
      if (leased > 0) saveBucket(connection, { ...bucket, leased: bucket.leased - leased });
      return there;
    });
  }

  claimExpired({ bucket: name, claimer, holdMs, count, gapMs }: ClaimRequest): Promise<StoredRecord[]> {
    return this.#database.write(({ connection, now }) => {
      const before = findBucket(connection, name);
      // Nothing was ever put: there are no pauses to count yet.
      if (!before) return [];
      const bucket = { ...before, times: timesAfterClaim(before.times, now, gapMs) };
      saveBucket(connection, bucket);
      const { grace } = bucket.times;
      const find = (own: boolean, atMost: number): HeldRecord[] => {
        if (atMost === 0) return [];
        const wanted = {
          bucket: bucket.number,
          now,
          graceFrom: grace.from,
          graceTo: grace.to,
          count: atMost,
        };
        const statement = connection.statement(selectClaimable(own));
        return statement.allNamed(own ? { ...wanted, claimer } : wanted).map(toHeld);
      };
      const open = find(false, count);
      // What the claimer holds already comes last: otherwise it would never get beyond what it cannot settle.
      const claimed = [...open, ...find(true, count - open.length)];
      const claim = connection.statement(
        `UPDATE record SET claimer = ?, claim_until = ? WHERE id = ${rowId("?", "?")}`,
      );
      for (const { number } of claimed) claim.run(claimer, now + holdMs, bucket.number, number);
      return claimed.map((held) => toStored(held, bucket, now));
    });
  }

  settleExpired({ bucket: name, key, version, claimer }: SettleRequest): Promise<boolean> {
    return this.#database.write((transaction) => {
      const { connection, now } = transaction;
      const bucket = findBucket(connection, name);
      const held = bucket && findRecord(connection, bucket, key, now);
      if (!held || held.version !== version || held.claimer !== claimer) return false;
      connection
        .statement(
          `UPDATE record SET settled = 1, claimer = NULL, claim_until = NULL WHERE id = ${rowId("?", "?")}`,
        )
        .run(bucket.number, held.number);
      saveBucket(connection, { ...bucket, leased: bucket.leased - 1 });
      ringAll(transaction, `records:${name}`);
      return true;
    });
  }

  /** While nobody can write a lease that runs out tells nothing of its holder. Put and claim learn that by themselves. */
  async #excuse<T extends StoredRecord | null>(records: T[], untouchedMs: number): Promise<T[]> {
    const isOver = (record: T) =>
      record !== null && record.leaseMs !== null && record.leaseMs <= 0 && !record.excused;
    if (untouchedMs < silenceMs || !records.some(isOver) || !(await this.#database.isLocked()))
      return records;
    return records.map((record) => (isOver(record) ? { ...record, excused: true } : record));
  }

  #look<T>(look: (connection: Connection, now: number) => T): Promise<T> {
    return this.#database.read((connection) =>
      connection.snapshot(() => look(connection, connection.clock.now())),
    );
  }
}
