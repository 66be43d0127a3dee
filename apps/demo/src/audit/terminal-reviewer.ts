/** The user at the terminal as the reviewer: asked with y or n, and for a reason if there is one. */

import { userInfo } from "node:os";
import { cleanText } from "@attune-tools/terminal-text";
import { inBytes } from "../agents/wording.ts";
import { askLine } from "../terminal/ask-line.ts";
import { describeEnding } from "./describe-ending.ts";
import type { ReportRequest } from "./report-request.ts";
import type { Decision, ReportReviewer } from "./report-reviewer.ts";

export interface TerminalReviewerSetup {
  readonly stdin: NodeJS.ReadableStream;
  /** Shows a question, behind whose last line the answer is typed; `null`: it is over. */
  readonly ask: (question: readonly string[] | null) => void;
  /** Default 60,000. */
  readonly answerMs?: number | undefined;
}

export function terminalReviewer({ stdin, ask, answerMs = 60_000 }: TerminalReviewerSetup): ReportReviewer {
  const seconds = `${answerMs / 1000} s`;
  return {
    name: `${userName()} at the terminal`,
    isAgent: false,
    answerMs,
    announcement: [
      `Before the report is written, you are asked; no answer in ${seconds} means no. (With --yes a policy answers.)`,
    ],
    async decide(request, over) {
      try {
        for (let hint: string[] = []; ; hint = ["Please begin with y or n."]) {
          const prompt = `Write it? y or n, and why if you like (${seconds}): `;
          ask([...described(request), ...hint, prompt]);
          const line = await askLine(stdin, over);
          if (over.aborted) return null;
          if (line === null) return { approved: false, reason: "the input ended without an answer" };
          const decision = readAnswer(line);
          if (decision) return decision;
        }
      } finally {
        ask(null);
      }
    },
  };
}

/** `undefined`: neither yes nor no. */
export function readAnswer(line: string): Decision | undefined {
  const [, answer, reason] = /^\s*(y|yes|n|no)(?:[\s,;:.-]+(.*))?$/i.exec(line) ?? [];
  if (answer === undefined) return undefined;
  return {
    approved: answer.toLowerCase().startsWith("y"),
    reason: cleanText(reason ?? "")
      .trim()
      .slice(0, 1000),
  };
}

function described({ file, bytes, agents, failures }: ReportRequest): string[] {
  const done = agents.filter(({ ended }) => ended === "done").length;
  const missing = agents.filter(({ ended }) => ended !== "done");
  const why = new Map(failures.map(({ name, reason }) => [name, reason]));
  return [
    `The auditor asks to write its report of ${inBytes(bytes)}: ${file}`,
    `${done} of ${agents.length} agents have reported.`,
    ...missing.map(
      ({ name, ended, meant_to_fail }) =>
        `  ${name}: ${describeEnding(ended, meant_to_fail)}: ${why.get(name) ?? ""}`,
    ),
  ].map((line) => cleanText(line));
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody"; // not every container knows its users
  }
}
