/** One picture of the live view: a bar per agent; below, the latest signals and findings. */

import { styleText } from "node:util";
import { clipped, percentText, progressBar } from "@attune-tools/terminal-text";
import { type AgentState, type AuditBoard, describeSignal } from "./audit-board.ts";

export interface FrameSetup {
  readonly columns: number;
  readonly rows: number;
  /** The store, for people. */
  readonly location: string;
  readonly now: number;
  /** Warnings since the start. */
  readonly notices: readonly string[];
}

/** Below so many columns there is no room for a bar. */
const narrow = 40;

export function auditFrame(board: AuditBoard, setup: FrameSetup): string[] {
  const { columns, rows, location, now, notices } = setup;
  const elapsed = board.startedAt ? Math.max(0, now - board.startedAt.getTime()) / 1000 : 0;
  const title = `attune audit  ${board.root}  ${elapsed.toFixed(1)} s  on ${location}`;
  const agents = [...board.agents.values()].map((agent) => agentLine(board, agent, columns));
  const top = [style("bold", clipped(title, columns)), "", ...agents, ""];
  const bottom = [
    ...notices.slice(-2).map((notice) => style("yellow", clipped(notice, columns))),
    style("dim", clipped(`Ctrl-C ends   ${eventsLine(board)}`, columns)),
  ];
  const room = Math.max(0, rows - top.length - bottom.length - 1);
  // Signals are few: half of the room is enough, and findings have the rest.
  const signals = signalLines(board, columns, Math.min(6, Math.floor(room / 2)));
  const findings = findingLines(board, columns, room - signals.length);
  return [...top, ...signals, ...findings, "", ...bottom].slice(0, rows);
}

function agentLine(
  board: AuditBoard,
  { id, progress, doing, status, task, meantToFail }: AgentState,
  columns: number,
): string {
  if (columns < narrow) return clipped(`${percentText(progress)} ${id}`, columns);
  const labelWidth = board.labelWidth;
  const barWidth = Math.max(8, Math.min(30, Math.floor(columns / 5)));
  const report = board.reports.get(id);
  const text = report?.headline ?? (status === "waiting" ? task : doing);
  const room = columns - labelWidth - barWidth - 9;
  const bar = progressBar(progress, barWidth);
  const colour =
    status === "failed" ? (meantToFail ? "yellow" : "red") : status === "completed" ? "green" : "cyan";
  return `${clipped(board.labelOf(id), labelWidth).padEnd(labelWidth)} ${style(colour, bar)} ${percentText(progress)} ${report ? clipped(text, room) : style("dim", clipped(text, room))}`;
}

/** Heading and blank line included. */
function signalLines(board: AuditBoard, columns: number, room: number): string[] {
  if (room < 3) return [];
  const newest = board.signals
    .slice(2 - room)
    .map((signal) => clipped(`  ${describeSignal(signal)}`, columns));
  return [style("bold", clipped(`Signals (${board.signals.length})`, columns)), ...newest, ""];
}

function findingLines(board: AuditBoard, columns: number, room: number): string[] {
  if (room <= 0) return [];
  const troubles = board.troubles.map((trouble) => {
    const kind = board.isIntended(trouble) ? "as intended" : "trouble";
    return [kind, trouble.agentId, trouble.message] as const;
  });
  const findings = board.findings.map(({ kind, where, what }) => [kind, where, what] as const);
  // Trouble is rare and matters: it keeps a few lines of its own.
  const newest = [...lastOf(findings, room - 1 - Math.min(3, troubles.length)), ...troubles.slice(-3)];
  const heading = `Latest findings (${board.findings.length})`;
  return [
    style("bold", clipped(heading, columns)),
    ...lastOf(newest, room - 1).map(([kind, where, what]) => {
      const whereWidth = Math.floor((columns - 20) / 2);
      const line = `  ${clipped(kind, 14).padEnd(14)} ${clippedStart(where, whereWidth).padEnd(whereWidth)}  ${what}`;
      return kind === "trouble" ? style("red", clipped(line, columns)) : clipped(line, columns);
    }),
  ];
}

function lastOf<Item>(items: readonly Item[], count: number): readonly Item[] {
  return count <= 0 ? [] : items.slice(-count);
}

/** The end of a path says more than its beginning. */
function clippedStart(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `…${characters.slice(characters.length - width + 1).join("")}`;
}

function eventsLine(board: AuditBoard): string {
  const counts = board.counts().filter(({ received }) => received > 0);
  return (
    counts.map(({ eventType, received }) => `${eventType} ${received}`).join(" · ") || "waiting for events"
  );
}

/** The stream is a terminal already when a picture is drawn. */
function style(format: "bold" | "dim" | "red" | "green" | "cyan" | "yellow", text: string): string {
  return styleText(format, text, { validateStream: false });
}
