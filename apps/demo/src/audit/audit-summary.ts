/** The closing summary of an audit, made only from what the consumer received. */
import { cleanText, textTable } from "@attune-tools/terminal-text";
import { counted } from "../agents/wording.ts";
import { skippedFolders } from "../tree/walk-tree.ts";
import type { AgentState, AuditBoard } from "./audit-board.ts";
import { auditor } from "./audit-signals.ts";
import { describeEnding } from "./describe-ending.ts";

const maxRanked = 5;
const maxPerKind = 5;
const maxTroubles = 10;
const numbers = new Intl.NumberFormat("en");

export function auditSummary(board: AuditBoard, location: string, width: number): string[] {
  return [
    cleanText(`Audit of ${board.root || "(its beginning never arrived)"}: ${outcome(board)}`),
    `run ${board.runId}, store ${cleanText(location)}, ${skippedFolders.join(", ")} left out`,
    ...reports(board, width),
    ...findings(board, width),
    ...troubles(board, width),
    ...processes(board, width),
    ...coordination(board, width),
    ...approval(board, width),
    ...events(board, width),
  ];
}

function outcome({ outcome, startedAt, finishedAt }: AuditBoard): string {
  if (outcome === undefined) return "its end never arrived";
  if (!startedAt || !finishedAt) return outcome;
  return `${outcome} after ${((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(2)} s`;
}

function reports(board: AuditBoard, width: number): string[] {
  const lines: string[] = [];
  for (const agent of board.agents.values()) {
    const { id } = agent;
    if (id === auditor) continue;
    const report = board.reports.get(id);
    lines.push(...textTable([[id.padEnd(18), report?.headline ?? withoutReport(agent)]], { width }));
    const rows = (report?.ranking ?? [])
      .slice(0, maxRanked)
      .map(({ name, value, unit }) => [numbers.format(value), unit, name]);
    lines.push(...textTable(rows, { width, indent: 22, right: [0] }));
  }
  return lines.length === 0 ? [] : ["", "Reports", ...lines];
}

function withoutReport({ status, meantToFail }: AgentState): string {
  return `no report (${describeEnding(status, meantToFail)})`;
}

function findings({ findings }: AuditBoard, width: number): string[] {
  if (findings.length === 0) return ["", "No findings."];
  const rows: string[][] = [["KIND", "WHERE", "WHAT"]];
  for (const [kind, ofKind] of Map.groupBy(findings, (finding) => finding.kind)) {
    const shown = ofKind.slice(0, maxPerKind);
    for (const { where, what } of shown) rows.push([kind, where, what]);
    if (ofKind.length > shown.length) rows.push([kind, `… and ${ofKind.length - shown.length} more`, ""]);
  }
  const maxColumn = Math.max(20, Math.floor(width / 2));
  return ["", `Findings (${findings.length})`, ...textTable(rows, { width, maxColumn })];
}

function troubles(board: AuditBoard, width: number): string[] {
  const { troubles } = board;
  if (troubles.length === 0) return [];
  // Several agents fail on the same file: told once.
  const agents = Map.groupBy(troubles, ({ message }) => message);
  const rows = [...agents].slice(0, maxTroubles).map(([message, all]) => {
    const names = [...new Set(all.map(({ agentId }) => agentId))];
    const first = all[0]!;
    return [
      board.isIntended(first) ? "as intended" : first.severity,
      names.length > 1 ? `${names.length} agents` : names[0]!,
      message,
    ];
  });
  const more = agents.size > maxTroubles ? [`  … and ${agents.size - maxTroubles} more`] : [];
  return ["", `Trouble (${troubles.length})`, ...textTable(rows, { width }), ...more];
}

/** Who lived where. All in one process need no word. */
function processes({ agents }: AuditBoard, width: number): string[] {
  const rows = [...Map.groupBy(agents.values(), ({ processId }) => processId)]
    .filter(([processId]) => processId !== null)
    .map(([processId, all]) => [String(processId), all.map(({ id }) => id).join(", ")]);
  if (rows.length === 0) return [];
  return ["", `Processes, beside the auditor's`, ...textTable(rows, { width })];
}

/** Who told whom what by signals, and how the agents ended by their heartbeats and in the auditor's eyes. */
function coordination({ signals, heartbeats, heard, agents: known }: AuditBoard, width: number): string[] {
  if (signals.length === 0 && heartbeats.size === 0) return [];
  const groups = Map.groupBy(signals, ({ type, to }) => `${type} ${to}`);
  const rows = [...groups.values()].map((alike) => {
    const { type, to } = alike[0]!;
    const senders = [...new Set(alike.map(({ from }) => from))];
    return [type, `${senders.length > 1 ? counted(senders.length, "agent") : senders[0]} → ${to ?? "all"}`];
  });
  const agents = [...heartbeats.values()];
  const beats = agents.reduce((sum, agent) => sum + agent.beats, 0);
  const heardEndings = Object.entries(heard).map(([name, ending]) =>
    describeEnding(ending, known.get(name)?.meantToFail),
  );
  return [
    "",
    "Coordination",
    ...textTable(rows, { width }),
    `  ${counted(beats, "heartbeat")} of ${counted(agents.length, "agent")}, the last ones: ${tally(agents.map(({ status }) => status))}`,
    `  the auditor heard of ${tally(heardEndings) || "no end"}`,
  ];
}

/** Who decided what on the report, after how long, and why. */
function approval({ approvals }: AuditBoard, width: number): string[] {
  const askedAt = approvals[0]?.at.getTime();
  if (askedAt === undefined) return [];
  const rows = approvals.flatMap((step) => {
    const { transition, by, reason, at, request } = step;
    if (transition === "requested") return [["asked", `by ${by}, to write ${request?.file ?? "something"}`]];
    const decided = [transition, `by ${by}, ${at.getTime() - askedAt} ms later, at ${at.toISOString()}`];
    return reason === "" ? [decided] : [decided, ["why", reason]];
  });
  return ["", "Approval", ...textTable(rows, { width })];
}

/** `7 completed, 1 failed`. */
function tally(words: readonly string[]): string {
  return [...Map.groupBy(words, (word) => word)].map(([word, all]) => `${all.length} ${word}`).join(", ");
}

function events(board: AuditBoard, width: number): string[] {
  const counts = board.counts();
  const rows = counts.map(({ eventType, published, received, notStored }) => {
    const lost = published === null ? "?" : numbers.format(Math.max(0, published - received));
    return [eventType, asText(published), numbers.format(received), lost, asText(notStored)];
  });
  const latency = board.latency();
  const notes = [
    latency ? `  from publishing to arrival: median ${latency.median} ms, at most ${latency.largest} ms` : "",
    board.invalid > 0 ? `  ${board.invalid} events did not fit their definition` : "",
    ...board.gaps.map(
      ({ eventType, missed, reason }) =>
        `  ${missed ?? "an unknown number of"} events of ${eventType} missed: stream ${reason}`,
    ),
  ];
  return [
    "",
    "Events",
    ...textTable([["TYPE", "PUBLISHED", "RECEIVED", "LOST", "NOT STORED"], ...rows], {
      width,
      right: [1, 2, 3, 4],
    }),
    ...notes.filter((note) => note !== "").map((note) => cleanText(note)),
  ];
}

function asText(count: number | null): string {
  return count === null ? "?" : numbers.format(count);
}
