/** A dead letter as JSON, in the names of the wire. */
import type { DeadLetter } from "@attune/streams";
import { isoTime } from "./iso-time.ts";

export function letterJson(letter: DeadLetter) {
  const { data, rawData } = letter;
  return {
    group: letter.group,
    event_id: letter.eventId,
    event_type: letter.eventType,
    timestamp: isoTime(letter.timestamp),
    source: letter.source,
    error: letter.error,
    delivery_count: letter.deliveryCount,
    consumer: letter.consumer,
    failed_at: isoTime(letter.failedAt),
    data,
    data_kept: rawData !== null,
    // What is no JSON is told as it is.
    ...(data === null && rawData !== null && rawData.trim() !== "null" ? { raw_data: rawData } : {}),
  };
}
