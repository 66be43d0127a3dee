/** A group's row: its number, how far it has been delivered, and from where it could go on if it were lost. */
import type { Connection } from "./connection.ts";
import { compareParts, partsOf } from "./entry-id.ts";
import { largestNumber, rowId } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";
import { idAt, ordinalUpTo, type StreamTail, tailOf } from "./stream-log.ts";
import { toText } from "./text.ts";

export interface Group {
  readonly number: number;
  readonly name: string;
  /** The ordinal up to which entries were delivered. May lie below the stream's base. */
  readonly delivered: number;
  readonly deliveredId: string;
  readonly pending: number;
}

/** A group, and where its stream stands. */
export interface GroupOfStream {
  readonly eventType: string;
  readonly tail: StreamTail;
  readonly group: Group;
}

/** SQL for the rows of a group's pending entries: its number is asked for twice. */
export const pendingOfGroup = `FROM pending_entry WHERE id >= ${rowId("?", "0")} AND id <= ${rowId("?", String(largestNumber))}`;

const selectSmallest = `SELECT ms, seq ${pendingOfGroup} ORDER BY id LIMIT 1`;

/** As it may be in an id. Text: it is beyond what a number can tell. */
const largestSequence = "18446744073709551615";

/** `undefined` where there is no such group, or no such stream. */
export function findGroup(
  connection: Connection,
  eventType: string,
  name: string,
): GroupOfStream | undefined {
  const tail = tailOf(connection, eventType);
  const row =
    tail &&
    connection.statement("SELECT * FROM consumer_group WHERE stream = ? AND name = ?").get(tail.number, name);
  return row && { eventType, tail, group: toGroup(row) };
}

export function groupsOf(connection: Connection, { number }: StreamTail): Group[] {
  return connection.statement("SELECT * FROM consumer_group WHERE stream = ?").all(number).map(toGroup);
}

/**
 * The ordinal up to which a group needs nothing. It may have been made to begin behind an id that was still to come: what came
 * before that id is not for it.
 */
export function deliveredUpTo(connection: Connection, { tail, group }: GroupOfStream): number {
  const next = Math.max(tail.base, group.delivered) + 1;
  const id = next < tail.last ? idAt(connection, tail, next) : tail.lastId;
  const deliveredId = partsOf(group.deliveredId);
  if (!id || compareParts(id, deliveredId) > 0) return group.delivered;
  return ordinalUpTo(connection, tail, deliveredId);
}

/** Everything up to it is done: just before the oldest pending entry, or the newest delivered one. */
export function floorOf(connection: Connection, { number, deliveredId }: Group): string {
  const smallest = connection.statement(selectSmallest).get(number, number);
  if (!smallest) return deliveredId;
  const [ms, seq] = [Number(smallest.ms), Number(smallest.seq)];
  return seq > 0 ? `${ms}-${seq - 1}` : `${Math.max(0, ms - 1)}-${ms > 0 ? largestSequence : 0}`;
}

/** Notes how many more are pending, or fewer. The time is for the file's clock, which never goes back behind it. */
export function notePending(
  connection: Connection,
  { number }: Group,
  { more, now }: { readonly more: number; readonly now: number },
): void {
  connection
    .statement("UPDATE consumer_group SET pending = pending + ?, touched_at = ? WHERE number = ?")
    .run(more, now, number);
}

function toGroup(row: Row): Group {
  return {
    number: Number(row.number),
    name: toText(row.name),
    delivered: Number(row.delivered),
    deliveredId: toText(row.delivered_id),
    pending: Number(row.pending),
  };
}
