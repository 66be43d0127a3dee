/** What no database holds: text that is no UTF-8, ids that are none of the contract's, times that are no dates. */
import type { ArchiveRow } from "../sink.ts";

export function whyMalformed({
  eventType,
  eventId,
  timestamp,
  source,
  data,
}: ArchiveRow): string | undefined {
  if (!(eventType.isWellFormed() && source.isWellFormed() && data.isWellFormed())) {
    return "it holds half a surrogate pair, which is no UTF-8";
  }
  if (!/^\d{1,20}-\d{1,20}$/.test(eventId)) {
    return `its event_id ${JSON.stringify(eventId)} is not of the form milliseconds-sequence`;
  }
  return Number.isNaN(timestamp.getTime()) ? "its timestamp is no date" : undefined;
}
