/** A stream as JSON: what is held of a type of events. */
import { type StreamState, timeOfId } from "@attune/transport";
import { isoTime } from "@attune-tools/record-json";
import { z } from "zod";

export const streamSchema = z.object({
  event_type: z.string(),
  length: z.number().describe("Events held now."),
  added: z.number().nullable().describe("Events ever published; `null`: the store does not count."),
  bytes: z.number().nullable().describe("What they take in the store; `null`: unknown."),
  oldest_id: z.string().nullable(),
  newest_id: z.string().describe("Of the newest event ever published."),
  oldest_at: z.string().nullable().describe("When the store took it; ISO 8601."),
  newest_at: z.string().nullable(),
});

/** Nothing of a stream that is not there (any more). */
export function toStreamInfoJson(state: StreamState): z.infer<typeof streamSchema>[] {
  const { eventType, length, added, bytes, oldestId, lastId } = state;
  if (length === 0 && lastId === "0-0") return [];
  return [
    {
      event_type: eventType,
      length,
      added,
      bytes,
      oldest_id: oldestId,
      newest_id: lastId,
      oldest_at: oldestId === null ? null : isoTime(timeOfId(oldestId)),
      newest_at: isoTime(timeOfId(lastId)),
    },
  ];
}
