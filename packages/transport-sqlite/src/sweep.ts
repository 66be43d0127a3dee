/** Removes what nobody can see any more: some of each kind at a time, so that no transaction is long. */
import { idempotencyMs } from "./append.ts";
import type { Connection } from "./connection.ts";
import { pendingOfGroup } from "./group-row.ts";
import { recordEnd } from "./held-record.ts";
import { rememberMs } from "./mailboxes.ts";
import { forgetReceiptsBefore } from "./receipts.ts";
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
export function sweep({ connection, now }: Transaction): boolean {
  const removed = [
    removeOld(connection, "idempotency_key", now - idempotencyMs),
    removeOld(connection, "posted", now - rememberMs),
    removeOld(connection, "ring", now - ringsKeptMs),
    forgetReceiptsBefore(connection, Math.floor((now - rememberMs) * 1000), sweptAtOnce),
    removeMessages(connection, now),
    removeRecords(connection, now),
  ];
  const entriesLeft = removeEntriesOutOfSight(connection);
  const pendingLeft = removePendingOutOfSight(connection);
  const pagesLeft = giveBackPages(connection);
  return entriesLeft || pendingLeft || pagesLeft || removed.some((count) => count >= sweptAtOnce);
}

/** Whether there is anything to sweep, without the lock for writing. */
export function needsSweeping(connection: Connection): boolean {
  const now = connection.clock.now();
  const [row] = connection.statement(selectNeeded).allNamed({
    now,
    keys: Math.floor((now - idempotencyMs) * 1000),
    mail: Math.floor((now - rememberMs) * 1000),
    rings: Math.floor((now - ringsKeptMs) * 1000),
    expired: now - rememberMs,
  });
  return row?.needed === 1 || freePagesTooMany(connection) > 0;
}

const ended = `(settled = 1 OR lease_end IS NULL) AND ${recordEnd} <= $now`;

/** Leases that ran out, by buckets: CROSS JOIN keeps the planner from reading all leases there are. */
const unsettled = `
FROM bucket CROSS JOIN record ON record.bucket = bucket.number AND lease_end <= $now
WHERE settled = 0 AND lease_end IS NOT NULL AND ${recordEnd} <= $now`;

const selectNeeded = `
SELECT
  EXISTS (SELECT 1 FROM idempotency_key WHERE at <= $keys)
  OR EXISTS (SELECT 1 FROM posted WHERE at <= $mail)
  OR EXISTS (SELECT 1 FROM receipt WHERE at <= $mail)
  OR EXISTS (SELECT 1 FROM ring WHERE at <= $rings)
  OR EXISTS (SELECT 1 FROM message WHERE expires <= $expired)
  OR EXISTS (SELECT 1 FROM record WHERE ${ended})
  OR EXISTS (SELECT 1 ${unsettled})
  OR EXISTS (SELECT 1 FROM removed_entry)
  OR EXISTS (SELECT 1 FROM removed_group) AS needed`;

function removeOld(
  connection: Connection,
  table: "idempotency_key" | "posted" | "ring",
  before: number,
): number {
  const sql = `DELETE FROM ${table} WHERE at IN (SELECT at FROM ${table} WHERE at <= ? ORDER BY at LIMIT ?)`;
  return connection.statement(sql).run(Math.floor(before * 1000), sweptAtOnce).changes;
}

/**
 * What has been taken is kept as long as its receipt, which is not longer than this after its time. A broadcast goes after those
 * who have seen it.
 */
function removeMessages(connection: Connection, now: number): number {
  const gone = connection
    .statement("SELECT at, target FROM message WHERE expires <= ? ORDER BY expires LIMIT ?")
    .all(now - rememberMs, sweptAtOnce);
  const unsee = connection.statement(
    "DELETE FROM seen WHERE message = ? AND agent IN (SELECT agent FROM seen WHERE message = ? LIMIT ?)",
  );
  const remove = connection.statement("DELETE FROM message WHERE at = ?");
  let removed = 0;
  for (const row of gone) {
    const at = Number(row.at);
    if (row.target === null) removed += unsee.run(at, at, sweptAtOnce - removed).changes;
    if (removed >= sweptAtOnce) return removed;
    removed += remove.run(at).changes;
  }
  return removed;
}

function removeRecords(connection: Connection, now: number): number {
  const columns = `bucket, ${rowNumber("id")} AS number`;
  const gone = connection
    .statement(`SELECT ${columns}, 0 AS leased FROM record WHERE ${ended} LIMIT $count`)
    .allNamed({ now, count: sweptAtOnce });
  const lost = connection
    .statement(`SELECT record.${columns}, 1 AS leased ${unsettled} LIMIT $count`)
    .allNamed({ now, count: sweptAtOnce - gone.length });
  for (const { bucket, number, leased } of [...gone, ...lost]) {
    const row = [Number(bucket), Number(number)] as const;
    connection.statement(`DELETE FROM record WHERE id = ${rowId("?", "?")}`).run(...row);
    connection.statement(`DELETE FROM holder WHERE record = ${rowId("?", "?")}`).run(...row);
    if (leased === 1) {
      connection.statement("UPDATE bucket SET leased = leased - 1 WHERE number = ?").run(Number(bucket));
    }
  }
  return gone.length + lost.length;
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

/** What was pending with groups that were removed. */
function removePendingOutOfSight(connection: Connection): boolean {
  const group = connection.statement("SELECT min(number) AS number FROM removed_group").get()?.number ?? null;
  if (group === null) return false;
  const number = Number(group);
  const { changes } = connection
    .statement(`DELETE FROM pending_entry WHERE id IN (SELECT id ${pendingOfGroup} LIMIT ?)`)
    .run(number, number, removedAtOnce);
  if (changes < removedAtOnce) {
    connection.statement("DELETE FROM removed_group WHERE number = ?").run(number);
  }
  return connection.statement("SELECT EXISTS (SELECT 1 FROM removed_group) AS more").get()?.more === 1;
}

/** A file in which much has become free gives it back; a part is kept, so that it does not shrink and grow all the time. */
function giveBackPages(connection: Connection): boolean {
  const tooMany = freePagesTooMany(connection);
  if (tooMany <= 0) return false;
  connection.execute(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
  return tooMany > pagesAtOnce;
}

function freePagesTooMany(connection: Connection): number {
  const free = Number(connection.statement("PRAGMA freelist_count").get()?.freelist_count);
  const all = Number(connection.statement("PRAGMA page_count").get()?.page_count);
  return free - Math.max(freePagesKept, all / 4);
}
