/** An event as a line: for people, or as JSON in the names of the wire. */

import type { StreamEvent } from "@attune/streams";
import { eventJsonText } from "@attune-tools/record-json";
import { cellWidth, cleanText, clipped, padded } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import { timeText } from "../../text/time.ts";

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
