/** Making groups, and removing them: out of sight at once, what was pending in small pieces. */
import { beforeFirstId, type GroupStart } from "@attune/transport";
import { makeStream } from "./append.ts";
import type { Connection } from "./connection.ts";
import { partsOf } from "./entry-id.ts";
import { largestOwner } from "./run-of-rows.ts";
import { lastIdOf, ordinalUpTo, type StreamTail, tailOf } from "./stream-log.ts";
import type { Transaction } from "./write-queue.ts";

/** Makes its stream too, empty, where there is none. Answers whether the group is new. */
export function makeGroup(
  transaction: Transaction,
  {
    eventType,
    group,
    from,
  }: { readonly eventType: string; readonly group: string; readonly from: GroupStart },
): boolean {
  const { connection, now } = transaction;
  const tail = tailOf(connection, eventType) ?? makeStream(transaction, eventType);
  const { ordinal, id } = placeOf(connection, tail, from);
  const { changes, lastInsertRowid } = connection
    .statement(
      `INSERT INTO consumer_group (stream, name, delivered, delivered_id, pending, touched_at)
       VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING`,
    )
    .run(tail.number, group, ordinal, id, now);
  if (changes === 0) return false;
  // Beyond, the ids of its rows would be those of others.
  if (lastInsertRowid > largestOwner) throw new Error(`there have been ${largestOwner} groups in this file`);
  return true;
}

/** Removes the groups of a stream, or the one of this name. Answers whether there were any. */
export function removeGroups(connection: Connection, { number }: StreamTail, name?: string): boolean {
  const which = name === undefined ? "stream = ?" : "stream = ? AND name = ?";
  const values = name === undefined ? [number] : [number, name];
  connection
    .statement(`INSERT INTO removed_group (number) SELECT number FROM consumer_group WHERE ${which}`)
    .run(...values);
  return connection.statement(`DELETE FROM consumer_group WHERE ${which}`).run(...values).changes > 0;
}

/** The last entry that the group does not get. */
function placeOf(
  connection: Connection,
  tail: StreamTail,
  from: GroupStart,
): { readonly ordinal: number; readonly id: string } {
  if (from === "beginning") return { ordinal: tail.base, id: beforeFirstId };
  if (from === "now") return { ordinal: tail.last, id: lastIdOf(tail) };
  return { ordinal: ordinalUpTo(connection, tail, partsOf(from.after)), id: from.after };
}
