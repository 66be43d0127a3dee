/** An event as a value for JSON, in the names of the wire. */
import type { StreamEvent } from "@attune/streams";

export function eventJson(event: StreamEvent) {
  if (event.valid) return event.toJSON();
  return { ...event.toJSON(), invalid_reason: event.invalidReason, raw_data: event.rawData };
}
