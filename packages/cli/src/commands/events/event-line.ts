/** An event as a line: for people, or as JSON in the names of the wire. */
import type { StreamEvent } from "@attune/streams";
import { cellWidth, cleanText, clipped, padded } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import { isoTime, timeText } from "../../text/time.ts";

export interface LineOptions {
  readonly json: boolean;
  readonly utc: boolean;
}

export function printEvent(output: Output, event: StreamEvent, { json, utc }: LineOptions): void {
  if (json) output.jsonText(eventJsonText(event));
  else output.line(lineOf(output, event, utc));
}

/** Of a terminal's line a long type must leave something to the data. */
const typeWidth = 32;

function lineOf(output: Output, event: StreamEvent, utc: boolean): string {
  const time = timeText(event.timestamp, utc);
  const { eventType } = event;
  const type = padded(output.isTerminal ? clipped(eventType, typeWidth) : cleanText(eventType), 20);
  const reason = event.valid ? "" : `(${event.invalidReason}) `;
  const said = `${padded(cleanText(event.source), 16)} ${reason}${event.rawData}`;
  const rest = output.rest(said, time.length + cellWidth(type) + 3);
  return `${output.style("dim", time)}  ${output.style("cyan", type)} ${rest}`;
}

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
