/** A signal as a line: for people, or as JSON in the names of the wire. */
import { cleanText, clipped } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
import { type SeenSignal, signalJson } from "./seen-signal.ts";

export function printSignal({ stdout, json, utc }: Session, signal: SeenSignal): void {
  if (json) stdout.json(signalJson(signal));
  else stdout.line(lineOf(stdout, signal, utc));
}

function lineOf(stdout: Output, signal: SeenSignal, utc: boolean): string {
  const time = timeText(signal.timestamp, utc);
  const { sourceAgent, targetAgent, payload, invalidReason } = signal;
  const way = cleanText(`${sourceAgent} → ${targetAgent ?? "all"}`).padEnd(24);
  const said = payload === null ? "" : JSON.stringify(payload);
  const reason = invalidReason === undefined ? "" : `(${invalidReason}) `;
  const type = cleanText(signal.signalType).padEnd(16);
  const text = `${type}  ${way}  ${reason}${said}`;
  const line = stdout.isTerminal
    ? clipped(text, Math.max(20, stdout.width - time.length - 2))
    : cleanText(text);
  const [start, end] = [line.slice(0, type.length), line.slice(type.length)];
  return `${stdout.style("dim", time)}  ${stdout.style("cyan", start)}${end}`.trimEnd();
}
