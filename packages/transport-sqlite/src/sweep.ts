/** Removes what nobody can see any more: some of each kind at a time, so that no transaction is long. */
import { idempotencyMs } from "./append.ts";
import type { Connection } from "./connection.ts";
import { recordEnd } from "./held-record.ts";
import { rememberMs } from "./mailboxes.ts";
import { removedAtOnce } from "./remove-entries.ts";
import { rowId, rowNumber } from "./run-of-rows.ts";
import type { Transaction } from "./write-queue.ts";

/** Rows of each kind at a time: together about two milliseconds. */
const sweptAtOnce = 200;
/** Rings are hints, and read within moments. */
const ringsKeptMs = 10_000;
/** Free pages that are kept for what comes next, and how many are given back at a time. */
const freePagesKept = 1000;
const pagesAtOnce = 100;

/** Answers whether there is more to do. */
export function sweep(transaction: Transaction): boolean {
  const { connection, now } = transaction;
  const removed = [
    removeOld(connection, "idempotency_key", now - idempotencyMs),
    removeOld(connection, "posted", now - rememberMs),
    removeOld(connection, "receipt", now - rememberMs),
    removeOld(connection, "ring", now - ringsKeptMs),
    removeMessages(connection, now),
    removeRecords(connection, now),
  ];
  const entriesLeft = removeEntriesOutOfSight(connection);
  const pagesLeft = giveBackPages(connection);
  return entriesLeft || pagesLeft || removed.includes(sweptAtOnce);
}

/** Whether there is anything to sweep, without the lock for writing. */
export function needsSweeping(connection: Connection): boolean {
  const now = connection.clock.now();
  const at = (ms: number) => Math.floor(ms * 1000);
  const row = connection
    .statement(
      `SELECT
         EXISTS (SELECT 1 FROM idempotency_key WHERE at <= ?)
         OR EXISTS (SELECT 1 FROM posted WHERE at <= ?2)
         OR EXISTS (SELECT 1 FROM receipt WHERE at <= ?2)
         OR EXISTS (SELECT 1 FROM message WHERE expires <= ?3)
         OR EXISTS (SELECT 1 FROM record WHERE (settled = 1 OR lease_end IS NULL) AND ${recordEnd} <= ?4)
         OR EXISTS (SELECT 1 FROM removed_entry) AS needed`,
    )
    .get(at(now - idempotencyMs), at(now - rememberMs), now - rememberMs, now);
  return row?.needed === 1;
}

function removeOld(
  connection: Connection,
  table: "idempotency_key" | "posted" | "receipt" | "ring",
  before: number,
): number {
  const sql = `DELETE FROM ${table} WHERE at IN (SELECT at FROM ${table} WHERE at <= ? ORDER BY at LIMIT ?)`;
  return connection.statement(sql).run(Math.floor(before * 1000), sweptAtOnce).changes;
}

/** What has been taken is kept as long as its receipt, which is not longer than this after its time. */
function removeMessages(connection: Connection, now: number): number {
  const gone = connection
    .statement(
      `DELETE FROM message
       WHERE at IN (SELECT at FROM message WHERE expires <= ? ORDER BY expires LIMIT ?)
       RETURNING at, target`,
    )
    .all(now - rememberMs, sweptAtOnce);
  const unsee = connection.statement("DELETE FROM seen WHERE message = ?");
  for (const { at, target } of gone) if (target === null) unsee.run(Number(at));
  return gone.length;
}

function removeRecords(connection: Connection, now: number): number {
  const ended = connection
    .statement(
      `SELECT bucket, ${rowNumber("id")} AS number, lease_end IS NOT NULL AND settled = 0 AS leased FROM record
       WHERE (settled = 1 OR lease_end IS NULL) AND ${recordEnd} <= ? LIMIT ?`,
    )
    .all(now, sweptAtOnce);
  const unsettled = connection
    .statement(
      `SELECT record.bucket, ${rowNumber("record.id")} AS number, 1 AS leased FROM bucket JOIN record
         ON record.bucket = bucket.number AND settled = 0 AND lease_end IS NOT NULL AND lease_end <= ?1
       WHERE ${recordEnd} <= ?1 LIMIT ?2`,
    )
    .all(now, sweptAtOnce - ended.length);
  for (const { bucket, number, leased } of [...ended, ...unsettled]) {
    const row = [Number(bucket), Number(number)] as const;
    connection.statement(`DELETE FROM record WHERE id = ${rowId("?", "?")}`).run(...row);
    connection.statement(`DELETE FROM holder WHERE record = ${rowId("?", "?")}`).run(...row);
    if (leased === 1) {
      connection.statement("UPDATE bucket SET leased = leased - 1 WHERE number = ?").run(Number(bucket));
    }
  }
  return ended.length + unsettled.length;
}

function removeEntriesOutOfSight(connection: Connection): boolean {
  const { changes } = connection
    .statement(
      `DELETE FROM entry WHERE id IN (
         SELECT id FROM entry JOIN removed_entry ON id BETWEEN first AND last
         WHERE first = (SELECT min(first) FROM removed_entry) LIMIT ?)`,
    )
    .run(removedAtOnce);
  if (changes < removedAtOnce) {
    connection
      .statement("DELETE FROM removed_entry WHERE first = (SELECT min(first) FROM removed_entry)")
      .run();
  }
  return connection.statement("SELECT EXISTS (SELECT 1 FROM removed_entry) AS more").get()?.more === 1;
}

/** A file in which much has become free gives it back; a part is kept, so that it does not shrink and grow all the time. */
function giveBackPages(connection: Connection): boolean {
  const free = Number(connection.statement("PRAGMA freelist_count").get()?.freelist_count);
  const all = Number(connection.statement("PRAGMA page_count").get()?.page_count);
  const tooMany = free - Math.max(freePagesKept, all / 4);
  if (tooMany <= 0) return false;
  connection.execute(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
  return tooMany > pagesAtOnce;
}
