/** A record as its row holds it. */
import { isExcused, type StoredRecord } from "@attune/transport";
import type { Bucket } from "./bucket.ts";
import type { Connection } from "./connection.ts";
import { rowNumber } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";
import { toText } from "./text.ts";

export interface HeldRecord {
  /** Its row's number within the bucket. */
  readonly number: number;
  readonly key: string;
  readonly value: string;
  readonly version: number;
  readonly incarnation: number;
  readonly holder: string | null;
  readonly putAt: number;
  readonly leaseEnd: number | null;
  /** Its expiry has been dealt with. */
  readonly settled: boolean;
  readonly claimer: string | null;
  readonly claimUntil: number;
}

/** For how long a record is kept: the end of its lease, or else its put, and `keep_ms` on top. */
export const recordEnd = "coalesce(lease_end, put_at) + keep_ms";

export const recordColumns = `${rowNumber("id")} AS number, key, value, version, incarnation, holder, put_at, lease_end, settled, claimer, claim_until`;

/** The record, unless its time is over. */
export function findRecord(
  connection: Connection,
  { number }: Bucket,
  key: string,
  now: number,
): HeldRecord | undefined {
  const row = connection
    .statement(`SELECT ${recordColumns} FROM record WHERE bucket = ? AND key = ? AND ${recordEnd} > ?`)
    .get(number, key, now);
  return row && toHeld(row);
}

export function toHeld(row: Row): HeldRecord {
  return {
    number: Number(row.number),
    key: toText(row.key),
    value: toText(row.value),
    version: Number(row.version),
    incarnation: Number(row.incarnation),
    holder: row.holder === null ? null : toText(row.holder),
    putAt: Number(row.put_at),
    leaseEnd: row.lease_end === null ? null : Number(row.lease_end),
    settled: row.settled === 1,
    claimer: row.claimer === null ? null : toText(row.claimer),
    claimUntil: Number(row.claim_until),
  };
}

export function toStored(held: HeldRecord, { times }: Bucket, now: number): StoredRecord {
  const { key, value, version, incarnation, putAt, leaseEnd, settled } = held;
  return {
    key,
    value,
    version,
    incarnation,
    ageMs: now - putAt,
    leaseMs: leaseEnd === null ? null : leaseEnd - now,
    excused: !settled && leaseEnd !== null && leaseEnd <= now && isExcused(times, { putAt, leaseEnd }, now),
  };
}
