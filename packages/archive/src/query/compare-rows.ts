/** The order of rows in answers: by timestamp, then event id; of the same id in several types, by type. */
import { compareIds } from "@attune/transport";
import type { ArchiveRow } from "../sink.ts";
import { compareTexts } from "./row-matches.ts";

export function compareRows(one: ArchiveRow, other: ArchiveRow): number {
  return (
    one.timestamp.getTime() - other.timestamp.getTime() ||
    compareIds(one.eventId, other.eventId) ||
    compareTexts(one.eventType, other.eventType)
  );
}
