/** Rows that ClickHouse cannot hold, or not exactly as they are. NUL, huge numbers and deep JSON are just text to it. */
import { idParts } from "../../id-parts.ts";
import type { ArchiveRow, Refusal } from "../../sink.ts";

const maxUInt64 = 2n ** 64n - 1n;

export function refusalsOf(rows: readonly ArchiveRow[]): Refusal[] {
  return rows.flatMap((row, index) => {
    const reason = whyRefused(row);
    return reason === undefined ? [] : [{ index, reason }];
  });
}

function whyRefused({ eventType, eventId, timestamp, source, data }: ArchiveRow): string | undefined {
  if (!(eventType.isWellFormed() && source.isWellFormed() && data.isWellFormed())) {
    return "it holds half a surrogate pair, which is no UTF-8";
  }
  if (!/^\d{1,20}-\d{1,20}$/.test(eventId)) {
    return `its event_id ${JSON.stringify(eventId)} is not of the form milliseconds-sequence`;
  }
  // Only long ones are looked at as numbers: there may be thousands of rows.
  if (eventId.length > 20 && Object.values(idParts(eventId)).some((part) => part > maxUInt64)) {
    return `its event_id ${eventId} is larger than 64 bits`;
  }
  return Number.isNaN(timestamp.getTime()) ? "its timestamp is no date" : undefined;
}
