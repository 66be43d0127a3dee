/** Acknowledges, extends and hands back deliveries, within a transaction: each only while it is the newest of its entry. */
import type { DeliveredEntry } from "@attune/transport";
import { readToken } from "./delivery-token.ts";
import { partsOf } from "./entry-id.ts";
import { type GroupOfStream, notePending } from "./group-row.ts";
import { rowId } from "./run-of-rows.ts";
import type { Value } from "./statement.ts";
import type { Transaction } from "./write-queue.ts";

/** What becomes of the row of a delivery. */
export interface Settling {
  /** Everything of the statement before its WHERE. */
  readonly sql: string;
  values(now: number): readonly Value[];
  /** It is not pending any more. */
  readonly ends: boolean;
}

export const acknowledging: Settling = {
  sql: "DELETE FROM pending_entry",
  values: () => [],
  ends: true,
};

export const extending: Settling = {
  sql: "UPDATE pending_entry SET since = ?",
  values: (now) => [now],
  ends: false,
};

export function handingBack(delayMs: number, counted: boolean): Settling {
  return {
    sql: `UPDATE pending_entry SET consumer = NULL, token = NULL, since = ?, due = ?, deliveries = deliveries - ?`,
    values: (now) => [now, now + delayMs, counted ? 0 : 1],
    ends: false,
  };
}

/** Answers for each whether it was done. */
export function settle(
  { connection, now }: Transaction,
  { group }: GroupOfStream,
  entries: readonly DeliveredEntry[],
  { sql, values, ends }: Settling,
): boolean[] {
  // A token is of a delivery that has not ended: what was handed back has none.
  const statement = connection.statement(
    `${sql} WHERE id = ${rowId("?", "?")} AND token = ? AND ms = ? AND seq = ?`,
  );
  const done = entries.map(({ id, token }) => {
    const delivery = readToken(token);
    if (!delivery) return false;
    const { ms, seq } = partsOf(id);
    const { changes } = statement.run(
      ...values(now),
      group.number,
      delivery.ordinal,
      delivery.drawn,
      ms,
      seq,
    );
    return changes > 0;
  });
  const count = done.filter(Boolean).length;
  if (count > 0) notePending(connection, group, { more: ends ? -count : 0, now });
  return done;
}
