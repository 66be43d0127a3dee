/** Runs an audit on memory, as a consumer sees it. */
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventStreamer } from "@attune/streams";
import { silentLogger, type Transport } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { onTestFinished } from "vitest";
import type { Agent } from "../src/agents/agent.ts";
import { fleet } from "../src/agents/fleet.ts";
import { createSurveyor } from "../src/agents/surveyor.ts";
import { AuditBoard, auditEventTypes } from "../src/audit/audit-board.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { type Account, PublishLedger } from "../src/audit/publish-ledger.ts";
import { ReportFile } from "../src/audit/report-file.ts";
import { policyReviewer } from "../src/audit/report-policy.ts";
import type { ReportReviewer } from "../src/audit/report-reviewer.ts";
import { type AuditCrew, type AuditOutcome, runAudit } from "../src/audit/run-audit.ts";
import { runCrew } from "../src/audit/run-crew.ts";
import { DemonstrationError } from "../src/demonstration.ts";
import type { Part } from "../src/processes/part.ts";
import { runHere } from "../src/processes/run-here.ts";
import type { TreeFile } from "../src/tree/walk-tree.ts";

interface Options {
  readonly agents?: readonly Agent[];
  readonly store?: MemoryStore;
  readonly signal?: AbortSignal;
  readonly runId?: string;
  readonly awayMs?: number;
  readonly reviewer?: ReportReviewer;
}

/** Runs an audit; a board takes what a consumer received of it. */
export async function auditOf(root: string, options: Options = {}) {
  const { agents = fleet, store = new MemoryStore(), runId = "this-run", ...more } = options;
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  const board = new AuditBoard(runId);
  const ledger = new PublishLedger();
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: auditEventTypes,
    idleTimeoutMs: 200,
  });
  await consumer.ready;
  const report = await reportFile();
  const outcome = await runAuditHere({ ...more, transport, ledger, root, runId, agents, report });
  for await (const event of consumer) {
    board.take(event);
    if (board.complete) break;
  }
  const written = outcome.result.success ? outcome.result.output.file : null;
  const text = written === null ? undefined : await readFile(written, "utf8");
  return {
    board,
    ledger,
    heard: endingsOf(outcome),
    result: outcome.result,
    approval: outcome.approval,
    verdict: auditVerdict(board, ledger, outcome),
    report: text,
  };
}

/** In a folder that goes with the test. */
async function reportFile(): Promise<ReportFile> {
  const folder = await mkdtemp(join(tmpdir(), "attune-demo-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return ReportFile.at(join(folder, "report.md"));
}

export function endingsOf({ heard }: AuditOutcome): Record<string, string> {
  return Object.fromEntries(heard.map(({ name, outcome }) => [name, outcome.ending]));
}

interface HereSetup {
  readonly transport: Transport;
  readonly ledger: PublishLedger;
  readonly root: string;
  readonly runId: string;
  readonly signal?: AbortSignal;
  readonly agents: readonly Agent[];
  readonly awayMs?: number;
  readonly report?: ReportFile;
  /** Default: the policy, for a file that was named. */
  readonly reviewer?: ReportReviewer;
  /** The process of the crew is killed, so to speak, when this aborts. */
  readonly killed?: AbortSignal;
}

/** With all the agents, and the surveyor, in this process. */
export async function runAuditHere(setup: HereSetup): Promise<AuditOutcome> {
  const { agents, transport, root, runId, killed, awayMs } = setup;
  const stopped = new AbortController();
  const surveyor = createSurveyor(root);
  const crew: Part<null, Account, readonly TreeFile[], readonly TreeFile[]> = {
    name: "crew",
    run: (stage) => runCrew(stage, { runId, agents, surveyor, awayMs }),
  };
  const running = runHere(crew, null, { transport, url: "memory:", print: () => {}, ending: stopped.signal });
  const death = killed ? deathOf(killed) : new Promise<never>(() => {});
  const only: AuditCrew = {
    ...running,
    ready: Promise.race([running.ready, death]),
    result: Promise.race([running.result, death]),
    agents: [surveyor, ...agents],
  };
  const { signal = new AbortController().signal, report = await reportFile(), ledger } = setup;
  const { reviewer = policyReviewer({ workingDirectory: root, named: report.path }) } = setup;
  return runAudit({
    transport,
    ledger,
    root,
    runId,
    crews: [only],
    stopped,
    signal,
    report,
    reviewer,
    awayMs,
  });
}

async function deathOf(killed: AbortSignal): Promise<never> {
  await once(killed, "abort");
  throw new DemonstrationError("The crew was killed.", 1);
}

export const agent = (id: string, run: Agent["run"], more: Partial<Agent> = {}): Agent => ({
  id,
  task: "tests",
  run,
  ...more,
});
