/** Lists what is pending with a group, in the order of the stream. */
import type { PendingEntry } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { compareParts, partsOf } from "./entry-id.ts";
import type { Group } from "./group-row.ts";
import { largestNumber, rowId, rowNumber } from "./run-of-rows.ts";
import { toText } from "./text.ts";

const selectFrom = `
SELECT ${rowNumber("id")} AS ordinal, ms, seq, consumer, deliveries, since
FROM pending_entry WHERE id >= ${rowId("?", "?")} AND id <= ${rowId("?", String(largestNumber))}
ORDER BY id LIMIT ?`;

interface PendingPage {
  readonly entries: readonly PendingEntry[];
  /** The ordinal from which to go on. */
  readonly next: number;
}

/** From an ordinal on. */
export function listPending(
  connection: Connection,
  { number }: Group,
  from: number,
  count: number,
): PendingPage {
  const now = connection.clock.now();
  const rows = connection.statement(selectFrom).all(number, from, number, count);
  return {
    entries: rows.map((row) => ({
      id: `${row.ms}-${row.seq}`,
      consumer: row.consumer === null ? null : toText(row.consumer),
      deliveries: Number(row.deliveries),
      idleMs: Math.max(0, Math.floor(now - Number(row.since))),
    })),
    next: Number(rows.at(-1)?.ordinal ?? from) + 1,
  };
}

/**
 * The ordinal from which on everything pending has a higher id. Found in what is pending: the entries themselves may have been
 * trimmed away.
 */
export function firstPendingAfter(connection: Connection, { number, delivered }: Group, id: string): number {
  const after = partsOf(id);
  const first = connection.statement(selectFrom);
  let low = 0;
  let high = delivered + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = first.get(number, middle, number, 1);
    if (row && compareParts({ ms: Number(row.ms), seq: Number(row.seq) }, after) <= 0) {
      low = Number(row.ordinal) + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
