/** Where a history begins or ends: a time, or the id of an event. */
import { firstIdAt, isEntryId, lastIdAt } from "@attune/transport";
import { z } from "zod";

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** ISO 8601 (UTC where it names no zone), or an event id. */
export const momentParameter = z
  .string()
  .max(64)
  .refine(
    (text) => isEntryId(text) || timeOf(text) !== undefined,
    "has to be an ISO 8601 time or an event id",
  )
  .optional();

/** The first id that is not before it; `moment` is checked. */
export function firstIdOf(moment: string): string {
  return isEntryId(moment) ? moment : firstIdAt(timeOf(moment)!);
}

/** The last id that is not after it. */
export function lastIdOf(moment: string): string {
  return isEntryId(moment) ? moment : lastIdAt(timeOf(moment)!);
}

function timeOf(text: string): Date | undefined {
  const match = isoTime.exec(text);
  if (!match) return undefined;
  // JavaScript takes a time without a zone for local time.
  const time = new Date(match[1] !== undefined && match[4] === undefined ? `${text}Z` : text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
