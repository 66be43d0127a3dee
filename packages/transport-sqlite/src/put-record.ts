/** Puts a record within a transaction, if its condition holds. */
import { type PutOutcome, type PutRequest, timesAfterPut } from "@attune/transport";
import { type Bucket, findBucket, makeBucket, saveBucket } from "./bucket.ts";
import type { Connection } from "./connection.ts";
import { findRecord, type HeldRecord, toStored } from "./held-record.ts";
import { holderNow, noteHolder, wasHolder } from "./holders.ts";
import { removeRecord } from "./remove-record.ts";
import { ringAll } from "./ring-all.ts";
import { largestNumber, rowId, rowNumber } from "./run-of-rows.ts";
import type { Transaction } from "./write-queue.ts";

const updateRecord = `
UPDATE record SET value = ?, version = ?, incarnation = ?, holder = ?, put_at = ?, lease_end = ?, keep_ms = ?,
  settled = 0, claimer = NULL, claim_until = NULL
WHERE id = ${rowId("?", "?")}`;

const newestNumber = `
SELECT ${rowNumber("max(id)")} FROM record
WHERE id > ${rowId("?", "0")} AND id <= ${rowId("?", String(largestNumber))}`;

const insertRecord = `
INSERT INTO record (id, bucket, key, value, version, incarnation, holder, put_at, lease_end, keep_ms, settled)
VALUES (${rowId("?", `(coalesce((${newestNumber}), 0) + 1)`)}, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
RETURNING ${rowNumber("id")} AS number`;

export function putRecord(transaction: Transaction, request: PutRequest): PutOutcome {
  const { connection, now } = transaction;
  const { key, condition, leaseMs } = request;
  const bucket = findBucket(connection, request.bucket) ?? makeBucket(connection, request.bucket);
  const current = findRecord(connection, bucket, key, now);
  const incarnation = incarnationOf(transaction, request, bucket, current);
  if (incarnation === undefined) {
    return { stored: false, reason: "condition", current: current ? toStored(current, bucket, now) : null };
  }
  const version = (current?.version ?? 0) + 1;
  const holder = holderNow(condition) ?? current?.holder ?? null;
  const counted = current !== undefined && current.leaseEnd !== null && !current.settled;
  const forgotten = current ? 0 : removeRecord(connection, bucket, key);
  const number = store(connection, bucket, { request, current, version, incarnation, holder, now });
  if (condition && "holder" in condition && condition.holder !== current?.holder) {
    noteHolder(connection, { bucket: bucket.number, number }, condition.holder);
  }
  saveBucket(connection, {
    number: bucket.number,
    leased: bucket.leased - forgotten - Number(counted) + Number(leaseMs !== null),
    lastIncarnation: Math.max(bucket.lastIncarnation, incarnation),
    times: leaseMs === null ? bucket.times : timesAfterPut(bucket.times, now, leaseMs),
  });
  if (request.announce) ringAll(transaction, `records:${request.bucket}`);
  return { stored: true, version, incarnation };
}

/** The incarnation that the put would have, or `undefined` when its condition does not hold. */
function incarnationOf(
  { connection, now }: Transaction,
  { condition }: PutRequest,
  bucket: Bucket,
  current: HeldRecord | undefined,
): number | undefined {
  const before = current?.incarnation ?? 0;
  if (!condition) return before;
  if ("absent" in condition) return current ? undefined : 0;
  if ("version" in condition) return current?.version === condition.version ? before : undefined;
  const { holder, incarnation } = condition;
  if (current?.holder === holder) return before;
  if (incarnation !== undefined) return incarnation >= before ? incarnation : undefined;
  // It was the holder, did not hear of it, and somebody newer has come since.
  const wasIt = current && wasHolder(connection, { bucket: bucket.number, number: current.number }, holder);
  if (wasIt) return undefined;
  return Math.max(bucket.lastIncarnation + 1, Math.floor(now));
}

interface Storing {
  readonly request: PutRequest;
  readonly current: HeldRecord | undefined;
  readonly version: number;
  readonly incarnation: number;
  readonly holder: string | null;
  readonly now: number;
}

/** Answers the row's number. */
function store(connection: Connection, bucket: Bucket, storing: Storing): number {
  const { request, current, version, incarnation, holder, now } = storing;
  const { key, value, leaseMs, keepMs } = request;
  const leaseEnd = leaseMs === null ? null : now + leaseMs;
  const values = [value, version, incarnation, holder, now, leaseEnd, keepMs];
  const of = bucket.number;
  if (!current) {
    return Number(connection.statement(insertRecord).get(of, of, of, of, key, ...values)?.number);
  }
  connection.statement(updateRecord).run(...values, of, current.number);
  return current.number;
}
