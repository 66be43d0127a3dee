/** An entry of a stream as a row. */
import { type StreamEntry, timeOfId } from "@attune/transport";
import type { ArchiveRow } from "./sink.ts";

export function toArchiveRow(entry: StreamEntry, eventType: string): ArchiveRow {
  return {
    eventType,
    eventId: entry.id,
    // Without a readable time: when the store took it.
    timestamp: parseTimestamp(entry.timestamp) ?? timeOfId(entry.id),
    source: entry.source ?? "",
    data: entry.data ?? "",
  };
}

/** Why no sink can be given the row; `undefined`: it can be tried. */
export function impossible({ timestamp }: ArchiveRow): string | undefined {
  const year = timestamp.getUTCFullYear();
  return year >= 0 && year <= 9999 ? undefined : "its time is outside of the years 0 to 9999";
}

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** ISO 8601; without a zone it is UTC, as Python programs write it (JavaScript would take it for local time). */
function parseTimestamp(text: string | undefined): Date | undefined {
  const match = text === undefined ? null : isoTime.exec(text);
  if (!match) return undefined;
  const date = new Date(match[3] === undefined ? `${text}Z` : text!);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
