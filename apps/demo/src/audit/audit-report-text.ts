/** The report of an audit in Markdown, made from what the signals have brought to the auditor. */
import { counted } from "../agents/wording.ts";
import { markdownTable, markdownText } from "../terminal/markdown.ts";
import { skippedFolders } from "../tree/walk-tree.ts";
import type { AgentOutcome } from "./audit-signals.ts";
import { describeEnding } from "./describe-ending.ts";
import type { ReportApproval } from "./report-request.ts";

export interface ReportedAgent {
  readonly name: string;
  readonly task: string;
  readonly meantToFail: boolean;
  readonly outcome: AgentOutcome;
}

export interface ReportFacts {
  readonly root: string;
  readonly runId: string;
  readonly startedAt: Date;
  readonly writtenAt: Date;
}

type Done = ReportedAgent & { readonly outcome: AgentOutcome & { readonly ending: "done" } };

const numbers = new Intl.NumberFormat("en");

export function auditReportText(facts: ReportFacts, agents: readonly ReportedAgent[]): string {
  const done = agents.filter((agent): agent is Done => agent.outcome.ending === "done");
  return `${[
    ...heading(facts, agents, done.length),
    ...agentTable(agents),
    ...failures(agents),
    ...done.flatMap(section),
    ...method(facts),
  ].join("\n")}\n`;
}

/** What is added once the rest was approved. */
export function approvalSection({ by, reason, at }: ReportApproval): string {
  const why = reason ? `: ${markdownText(reason)}` : ", who gave no reason";
  return `\n## Approval\n\nThat this report is written was approved at ${at} by **${markdownText(by)}**${why}.\n`;
}

function heading(
  { root, runId, startedAt, writtenAt }: ReportFacts,
  agents: readonly ReportedAgent[],
  done: number,
): string[] {
  const seconds = ((writtenAt.getTime() - startedAt.getTime()) / 1000).toFixed(2);
  return [
    `# Audit of ${markdownText(root)}`,
    "",
    `Run ${markdownText(runId)}, ${startedAt.toISOString()}, ${seconds} s. ${done} of ${counted(agents.length, "agent")} have reported.`,
    "",
  ];
}

function agentTable(agents: readonly ReportedAgent[]): string[] {
  const rows = agents.map(({ name, task, outcome, meantToFail }) => {
    const ended = describeEnding(outcome.ending, meantToFail);
    const known = outcome.ending === "unheard" ? undefined : outcome;
    const ms = known ? numbers.format(known.duration_ms) : "unknown";
    const tokens = known ? numbers.format(known.tokens) : "unknown";
    return [markdownText(name), markdownText(task), ended, ms, tokens];
  });
  return ["## Agents", "", ...markdownTable(["agent", "does", "ended", "ms", "tokens"], rows, [3, 4]), ""];
}

function failures(agents: readonly ReportedAgent[]): string[] {
  const lines = agents
    .filter(({ outcome }) => outcome.ending !== "done")
    .map(({ name, outcome, meantToFail }) => {
      const why =
        outcome.ending === "unheard" || outcome.ending === "done"
          ? "It said nothing any more."
          : `Stage ${markdownText(outcome.stage)}, after ${counted(outcome.attempts, "attempt")}: ${markdownText(outcome.reason)}`;
      return `- **${markdownText(name)}** (${describeEnding(outcome.ending, meantToFail)}). ${why}`;
    });
  return lines.length === 0 ? [] : ["## Failures", "", ...lines, ""];
}

function section({ name, outcome }: Done): string[] {
  const { headline, totals, ranking, found, unreadable } = outcome;
  const ranked = ranking.map((item) => [
    numbers.format(item.value),
    markdownText(item.unit),
    markdownText(item.name),
  ]);
  return [
    `## ${markdownText(name)}`,
    "",
    `${markdownText(headline)}.`,
    "",
    ...table(
      ["total", ""],
      Object.entries(totals).map(([what, value]) => [
        markdownText(what.replaceAll("_", " ")),
        numbers.format(value),
      ]),
      [1],
    ),
    ...table(["", "unit", "first in rank"], ranked, [0]),
    ...table(
      ["found", "where", "what"],
      found.flatMap(({ kind, count, first }) => [
        ...first.map(({ where, what }) => [kind, where, what].map(markdownText)),
        ...(count > first.length ? [[markdownText(kind), `… and ${count - first.length} more`, ""]] : []),
      ]),
    ),
    ...(unreadable > 0 ? [`${counted(unreadable, "file")} could not be read.`, ""] : []),
  ];
}

function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right?: readonly number[],
): string[] {
  return rows.length === 0 ? [] : [...markdownTable(header, rows, right), ""];
}

function method({ root }: ReportFacts): string[] {
  return [
    "## How it was measured",
    "",
    `Each agent is a workflow. The surveyor walked ${markdownText(root)}; then the others read its files at the same time, met at a checkpoint, and sent what they had measured to the auditor by signal. This report is made of those signals alone.`,
    "",
    `Left out: ${skippedFolders.map(markdownText).join(", ")}; symbolic links are not followed. Functions and imports are found lexically, so they are estimates. No model was asked: 0 tokens. A duration runs from the start signal to the last word, the wait at the checkpoint included.`,
  ];
}
