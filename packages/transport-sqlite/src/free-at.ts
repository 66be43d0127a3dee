/** Ids of rows that come and go: the time in microseconds, so that rows are in the order of their age and no id comes twice. */
import type { Transaction } from "./write-queue.ts";

export type TimedTable = "idempotency_key" | "message" | "posted" | "receipt" | "ring";

/** The next one in this table: now, or one above the newest. */
export function freeAt({ connection, now }: Transaction, table: TimedTable): number {
  const newest = connection.statement(`SELECT max(at) AS newest FROM ${table}`).get()?.newest;
  return Math.max(Math.floor(now * 1000), Number(newest ?? 0) + 1);
}
