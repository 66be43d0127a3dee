/** The audit: a fleet of workflows measures a real source tree, and a consumer shows it live from the events alone. */

import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { type EventConsumer, EventStreamer } from "@attune/streams";
import { cleanText } from "@attune-tools/terminal-text";
import { AuditBoard, type AuditEvent, auditEventTypes } from "../audit/audit-board.ts";
import { qualityLines } from "../audit/audit-quality.ts";
import { auditSummary } from "../audit/audit-summary.ts";
import { auditVerdict } from "../audit/audit-verdict.ts";
import type { AuditView } from "../audit/audit-view.ts";
import { LiveView } from "../audit/live-view.ts";
import { PlainView } from "../audit/plain-view.ts";
import { PublishLedger } from "../audit/publish-ledger.ts";
import { ReportFile } from "../audit/report-file.ts";
import { policyReviewer } from "../audit/report-policy.ts";
import { describeDecision } from "../audit/report-request.ts";
import type { ReportReviewer } from "../audit/report-reviewer.ts";
import { reviewerElsewhere } from "../audit/reviewer-elsewhere.ts";
import { type AuditOutcome, runAudit } from "../audit/run-audit.ts";
import { startCrews } from "../audit/start-crews.ts";
import { terminalReviewer } from "../audit/terminal-reviewer.ts";
import { type Demonstration, DemonstrationError, type DemonstrationSetup } from "../demonstration.ts";
import { openStore } from "../open-store.ts";
import { Parts } from "../processes/parts.ts";
import { settlesWithin } from "../settles-within.ts";
import { announceStore, repository } from "../store-announcement.ts";
import { Notices } from "../terminal/notices.ts";
import { isFileError } from "../tree/file-error.ts";

const reportless = { cancelled: "interrupted", failed: "not finished" } as const;
/** How long the consumer waits for the rest once the last event was published. */
const graceMs = 3000;
/** The same when the last event was not stored: then the consumer cannot know what is still to come. */
const shortGraceMs = 500;

export const audit: Demonstration = {
  name: "audit",
  summary: "a fleet of workflows measures a source tree, live, and writes a report (the default)",
  options: ["path", "report", "yes", "elsewhere"],
  run: runAuditDemonstration,
};

async function runAuditDemonstration(setup: DemonstrationSetup): Promise<number> {
  const { url, options, stdout, signal } = setup;
  const root = await findRoot(options.path);
  const report = await ReportFile.at(options.report);
  const notices = new Notices();
  await using transport = await openStore(url, { logger: notices });
  const print = (line: string) => void stdout.write(`${line}\n`);
  await announceStore(transport, print);
  let view: AuditView | undefined;
  const reviewer = reviewerFor(setup, report, (question) => view?.ask(question));
  for (const line of [...reviewer.announcement, ""]) print(line);
  const board = new AuditBoard(randomUUID());
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: auditEventTypes,
    onGap: (gap) => board.gaps.push(gap),
  });
  if (!(await settlesWithin(consumer.ready, graceMs))) {
    throw new DemonstrationError(`The store at ${transport.location} went away before the audit began.`, 1);
  }

  const stopped = new AbortController();
  await using parts = new Parts({ transport, url, print, ending: stopped.signal });
  const shown = hasLiveView(stdout) ? new LiveView(stdout, transport.location, board) : new PlainView(print);
  view = shown;
  notices.showWith((message) => shown.notice(message));
  const ledger = new PublishLedger();
  let outcome: AuditOutcome;
  const watching = watch(consumer, board, shown);
  try {
    const { runId } = board;
    const crews = startCrews(parts, { runId, root });
    outcome = await runAudit({ transport, ledger, root, runId, signal, crews, stopped, report, reviewer });
    await settlesWithin(watching, outcome.endStored ? graceMs : shortGraceMs);
    await consumer.close();
    await watching;
  } finally {
    shown.close();
    notices.showWith((message) => console.error(message));
  }

  print("");
  for (const line of auditSummary(board, transport.location, stdout.columns || 120)) print(line);
  const quality = await qualityLines(transport, [...board.agents.keys()], stdout.columns || 120);
  if (quality.length > 0) for (const line of ["", ...quality]) print(line);
  const { result } = outcome;
  const verdict = auditVerdict(board, ledger, outcome);
  print("");
  for (const line of verdict.lines) print(line);
  print(whatOfReport(outcome));
  if (result.status === "cancelled") return 130;
  return verdict.good ? 0 : 1;
}

function whatOfReport({ result, approval }: AuditOutcome): string {
  if (!result.success) return `No report: the audit was ${reportless[result.status]}.`;
  if (result.output.file !== null) return `Report: ${result.output.file}`;
  if (approval?.state === "rejected")
    return cleanText(`No report: rejected ${describeDecision(approval.by, approval.reason)}.`);
  return `No report: it was not approved, ${approval?.reason}.`;
}

/** The user, where there is one to be asked; or whoever sees the request in the store. */
function reviewerFor(
  { options, stdin, stdout }: DemonstrationSetup,
  { path }: ReportFile,
  ask: (question: readonly string[] | null) => void,
): ReportReviewer {
  if (options.elsewhere) return reviewerElsewhere();
  if (stdin && stdout.isTTY && !options.yes) return terminalReviewer({ stdin, ask });
  const named = options.report === undefined ? undefined : path;
  return policyReviewer({ workingDirectory: process.cwd(), named });
}

/** Until everything has arrived, or the consumer is closed. */
async function watch(consumer: EventConsumer<AuditEvent>, board: AuditBoard, view: AuditView): Promise<void> {
  for await (const event of consumer) {
    if (!board.take(event)) continue;
    view.show(event, board);
    if (board.complete) return;
  }
}

/** The repository that this module lies in, unless a folder is named. */
async function findRoot(path: string | undefined): Promise<string> {
  const root = path === undefined ? repository : resolve(path);
  try {
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    if (!isFileError(error)) throw error;
    const reason = error.code === "ENOENT" ? "does not exist" : `cannot be used (${error.code})`;
    throw new DemonstrationError(`--path: ${root} ${reason}.`, 2, { cause: error });
  }
  throw new DemonstrationError(`--path: ${root} is not a folder.`, 2);
}

function hasLiveView(stdout: NodeJS.WriteStream): boolean {
  return stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
}
