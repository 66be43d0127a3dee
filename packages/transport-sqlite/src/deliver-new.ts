/** Delivers what a group has not been delivered yet, within a transaction. */
import { toToken } from "./delivery-token.ts";
import { compareParts, partsOf, toId } from "./entry-id.ts";
import { entryColumns, toEntry } from "./entry-row.ts";
import { deliveredUpTo, type GroupOfStream } from "./group-row.ts";
import type { GroupSource, Piece } from "./group-source.ts";
import { rowId, rowNumber } from "./run-of-rows.ts";

const between = `FROM entry WHERE id >= ${rowId("?", "?")} AND id <= ${rowId("?", "?")}`;
const selectEntries = `SELECT ${entryColumns} ${between} ORDER BY id LIMIT ?`;
const insertPending = `
INSERT INTO pending_entry (id, ms, seq, consumer, token, deliveries, since)
SELECT ${rowId("?", rowNumber("id"))}, ms, seq, ?, ?, 1, ? ${between}`;
const updateGroup = `
UPDATE consumer_group SET delivered = ?, delivered_id = ?, pending = pending + ?, touched_at = ? WHERE number = ?`;

export const newEntries: GroupSource = {
  hasSome: (_, { tail, group }) => tail.last > group.delivered,

  take({ connection, now }, found, { consumer, drawn, count }): Piece {
    const { eventType, tail, group } = found;
    if (tail.last <= group.delivered) return { deliveries: [], missed: 0, lostIds: [], isLast: true };
    const delivered = deliveredUpTo(connection, found);
    const before = Math.max(tail.base, delivered);
    const rows = connection
      .statement(selectEntries)
      .all(tail.number, before + 1, tail.number, tail.last, count);
    const newest = rows.at(-1);
    const upTo = newest ? Number(newest.ordinal) : tail.last;
    if (newest) {
      connection
        .statement(insertPending)
        .run(group.number, consumer, drawn, now, tail.number, before + 1, tail.number, upTo);
    }
    connection
      .statement(updateGroup)
      .run(upTo, newest ? `${newest.ms}-${newest.seq}` : idAtEnd(found), rows.length, now, group.number);
    return {
      deliveries: rows.map((row) => ({
        entry: toEntry(eventType, row),
        token: toToken({ ordinal: Number(row.ordinal), drawn }),
        deliveries: 1,
      })),
      missed: before - delivered,
      lostIds: [],
      isLast: upTo === tail.last,
    };
  },
};

/** Where there was nothing to be delivered: everything was trimmed, or comes before where the group began. */
function idAtEnd({ tail, group }: GroupOfStream): string {
  return compareParts(tail.lastId, partsOf(group.deliveredId)) > 0 ? toId(tail.lastId) : group.deliveredId;
}
