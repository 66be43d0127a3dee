/** A signal as a line: for people, or as JSON in the names of the wire. */
import { type SeenSignal, signalJson } from "@attune-tools/record-json";
import { cellWidth, cleanText, clipped, padded } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";

export function printSignal({ stdout, json, utc }: Session, signal: SeenSignal): void {
  if (json) stdout.json(signalJson(signal));
  else stdout.line(lineOf(stdout, signal, utc));
}

/** Of a terminal's line a long type must leave something to the payload. */
const typeWidth = 32;

function lineOf(output: Output, signal: SeenSignal, utc: boolean): string {
  const time = timeText(signal.timestamp, utc);
  const { signalType, sourceAgent, targetAgent, payload, invalidReason } = signal;
  const type = padded(output.isTerminal ? clipped(signalType, typeWidth) : cleanText(signalType), 16);
  const way = padded(cleanText(`${sourceAgent} → ${targetAgent ?? "all"}`), 24);
  const reason = invalidReason === undefined ? "" : `(${invalidReason}) `;
  const said = payload === null ? "" : JSON.stringify(payload);
  const rest = output.rest(`${way}  ${reason}${said}`, time.length + cellWidth(type) + 4);
  return `${output.style("dim", time)}  ${output.style("cyan", type)}  ${rest}`.trimEnd();
}
