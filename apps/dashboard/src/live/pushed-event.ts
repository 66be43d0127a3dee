/** An event as it is pushed to pages: as JSON text, without data that would be too much for a page that gets thousands. */
import type { StreamEvent } from "@attune/streams";
import { eventJsonText, isoTime } from "@attune-tools/record-json";

/** More than this a page fetches when somebody looks at it. */
const maxPushedBytes = 4096;

export function pushedEvent(event: StreamEvent): string {
  const { rawData, source } = event;
  // At least as many bytes as characters, at most three times as many.
  const bytes = rawData.length * 3 <= maxPushedBytes ? 0 : Buffer.byteLength(rawData);
  if (bytes <= maxPushedBytes && source.length <= maxPushedBytes) return eventJsonText(event);
  return JSON.stringify({
    event_id: event.eventId,
    event_type: event.eventType,
    timestamp: isoTime(event.timestamp),
    source: source.slice(0, maxPushedBytes),
    data_bytes: bytes || Buffer.byteLength(rawData),
    ...(event.valid ? {} : { invalid_reason: event.invalidReason }),
  });
}
