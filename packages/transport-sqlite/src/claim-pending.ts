/** Delivers again what has been pending for too long, or was handed back and its delay is over, within a transaction. */
import type { Delivery } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { toToken } from "./delivery-token.ts";
import { entryColumns, toEntry } from "./entry-row.ts";
import { type GroupOfStream, notePending } from "./group-row.ts";
import type { GroupSource } from "./group-source.ts";
import { rowId, rowNumber } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";

const held = "FROM pending_entry WHERE id >> 42 = $group AND consumer IS NOT NULL AND since <= $idleSince";
const handedBack = "FROM pending_entry WHERE id >> 42 = $group AND consumer IS NULL AND due <= $now";

const selectAny = `SELECT EXISTS (SELECT 1 ${held}) OR EXISTS (SELECT 1 ${handedBack}) AS some`;

/** Two runs of two indexes, merged. Not what this call has claimed itself a moment ago. */
export const selectClaimable = `
SELECT id, since AS at, ms, seq, deliveries ${held} AND token <> $drawn
UNION ALL
SELECT id, due AS at, ms, seq, deliveries ${handedBack}
ORDER BY at, id LIMIT $count`;

const selectEntry = `SELECT ${entryColumns} FROM entry WHERE id = ${rowId("?", "?")}`;
const updatePending = `
UPDATE pending_entry SET consumer = ?, token = ?, deliveries = deliveries + 1, since = ?, due = NULL
WHERE id = ${rowId("?", "?")}`;

/** What was handed back, and what is held and idle for so long. */
export function pendingEntries(minIdleMs: number): GroupSource {
  return {
    hasSome(connection, { group }) {
      const now = connection.clock.now();
      const values = { group: group.number, now, idleSince: now - minIdleMs };
      return connection.statement(selectAny).allNamed(values)[0]?.some === 1;
    },

    take({ connection, now }, found, { consumer, drawn, count }) {
      const { number } = found.group;
      const rows = connection
        .statement(`SELECT ${rowNumber("id")} AS ordinal, ms, seq, deliveries FROM (${selectClaimable})`)
        .allNamed({ group: number, now, idleSince: now - minIdleMs, drawn, count });
      const deliveries: Delivery[] = [];
      const lostIds: string[] = [];
      for (const row of rows) {
        const ordinal = Number(row.ordinal);
        const entry = entryAt(connection, found, ordinal);
        if (!entry) {
          connection
            .statement(`DELETE FROM pending_entry WHERE id = ${rowId("?", "?")}`)
            .run(number, ordinal);
          lostIds.push(`${row.ms}-${row.seq}`);
          continue;
        }
        connection.statement(updatePending).run(consumer, drawn, now, number, ordinal);
        deliveries.push({
          entry: toEntry(found.eventType, entry),
          token: toToken({ ordinal, drawn }),
          deliveries: Number(row.deliveries) + 1,
        });
      }
      if (rows.length > 0) notePending(connection, found.group, { more: -lostIds.length, now });
      return { deliveries, missed: 0, lostIds, isLast: rows.length < count };
    },
  };
}

/** `undefined` for what was trimmed away, also where it has not left the file yet. */
function entryAt(connection: Connection, { tail }: GroupOfStream, ordinal: number): Row | undefined {
  return ordinal > tail.base ? connection.statement(selectEntry).get(tail.number, ordinal) : undefined;
}
