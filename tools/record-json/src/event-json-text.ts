/** An event as JSON text, in the names of the wire. */
import type { StreamEvent } from "@attune/streams";
import { isoTime } from "./iso-time.ts";

/** The data goes as it was stored: numbers keep all their digits. */
export function eventJsonText(event: StreamEvent): string {
  const { eventId, eventType, source, timestamp, rawData } = event;
  const time = JSON.stringify(isoTime(timestamp));
  const head = `{"event_id":"${eventId}","event_type":${quoted(eventType)},"timestamp":${time}`;
  const tail = `,"source":${quoted(source)}`;
  if (event.valid) return `${head},"data":${rawData}${tail}}`;
  const { data, invalidReason } = event;
  return `${head},"data":${JSON.stringify(data)}${tail},"invalid_reason":${JSON.stringify(invalidReason)},"raw_data":${JSON.stringify(rawData)}}`;
}

/** Types and sources are few, and come with each of many events. */
const quotedBefore = new Map<string, string>();
const mostQuoted = 1000;

function quoted(text: string): string {
  const before = quotedBefore.get(text);
  if (before !== undefined) return before;
  if (quotedBefore.size >= mostQuoted) quotedBefore.clear();
  const now = JSON.stringify(text);
  quotedBefore.set(text, now);
  return now;
}
