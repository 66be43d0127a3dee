/** A row of the table of entries, as it is read. */
import type { StreamEntry } from "@attune/transport";
import { rowNumber } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";
import { toText } from "./text.ts";

export const entryColumns = `${rowNumber("id")} AS ordinal, ms, seq, timestamp, data, source`;

export function toEntry(eventType: string, row: Row): StreamEntry {
  return {
    id: `${row.ms}-${row.seq}`,
    eventType,
    timestamp: textOf(row.timestamp),
    data: textOf(row.data),
    source: textOf(row.source),
  };
}

/** Columns that somebody else may have left empty. */
function textOf(column: unknown): string | undefined {
  return column === null ? undefined : toText(column);
}
