/** Runs an audit: the auditor, and the crews that it starts, collects and can stop. */
import { ApprovalGate } from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import type { WorkflowResult } from "@attune/workflow";
import { AgentIds } from "../agent-ids.ts";
import type { Agent } from "../agents/agent.ts";
import { keepMs } from "../approvals/keep-ms.ts";
import { awayFor } from "../away-for.ts";
import { DemonstrationError } from "../demonstration.ts";
import { pause } from "../pause.ts";
import type { RunningPart } from "../processes/part.ts";
import { settlesWithin } from "../settles-within.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { auditFinished, auditStarted } from "./audit-events.ts";
import { type AgentOutcome, auditor as auditorName } from "./audit-signals.ts";
import { type AuditedAgent, Auditor, type AuditorOutput } from "./auditor.ts";
import { CountedTransport } from "./counted-transport.ts";
import type { Account, PublishLedger } from "./publish-ledger.ts";
import type { ReportFile } from "./report-file.ts";
import type { ReportApproval } from "./report-request.ts";
import type { ReportReviewer } from "./report-reviewer.ts";
import { Review, responderOf } from "./review.ts";

type Files = readonly TreeFile[];

/** Agents that live together, at work. */
export interface AuditCrew
  extends Pick<RunningPart<Account, Files, Files>, "processId" | "ready" | "result" | "tell"> {
  readonly agents: readonly Pick<Agent, "id" | "task" | "meantToFail">[];
}

export interface AuditSetup {
  readonly transport: Transport;
  /** Of everything that is published, the crews' included. */
  readonly ledger: PublishLedger;
  readonly root: string;
  readonly runId: string;
  /** Stops the agents; the audit still says that it is over. */
  readonly signal: AbortSignal;
  /** The surveyor is in the first. */
  readonly crews: readonly [AuditCrew, ...AuditCrew[]];
  /** Stops the crews when a signal does not reach them. */
  readonly stopped: AbortController;
  readonly report: ReportFile;
  readonly reviewer: ReportReviewer;
  /** Who waits for an answer when the store has been away for so long is not going to get it. Default 3000. */
  readonly awayMs?: number | undefined;
}

/** How an agent ended, as the auditor has heard. */
export interface HeardAgent extends Pick<AuditedAgent, "name" | "meantToFail"> {
  readonly outcome: AgentOutcome;
}

export interface AuditOutcome {
  /** Of the auditor. */
  readonly result: WorkflowResult<AuditorOutput>;
  /** How the auditor's request to write its report was decided; `null`: it did not come to that. */
  readonly approval: ReportApproval | null;
  /** Whether the last event was stored. */
  readonly endStored: boolean;
  readonly heard: readonly HeardAgent[];
  /** What became of processes that did not end as they should. */
  readonly failures: readonly string[];
}

/** How long the signals of agents that have ended may take. */
const graceMs = 1000;
/** How long an abort may take to end the agents before they are stopped in another way. */
const abortMs = 2000;

/** Resolves when every agent has ended, however it ended. */
export async function runAudit(setup: AuditSetup): Promise<AuditOutcome> {
  const { runId, root, signal, ledger, crews, report, reviewer, awayMs = 3000 } = setup;
  const ids = new AgentIds(runId);
  const counted = new CountedTransport(setup.transport, ledger);
  const { transport } = counted;
  const streamer = new EventStreamer({ transport, source: ids.idOf(auditorName) });
  await streamer.publishEvent(auditStarted, { run_id: runId, root, agents: listed(crews, ids) });

  const failures: string[] = [];
  const ended = crews.map((crew) => endOf(crew, ledger, failures));
  const over = new AbortController();
  const agents = crews.flatMap((crew, index) => {
    const gone = goneAfter(ended[index]!, transport, over.signal);
    return crew.agents.map(({ id: name, task, meantToFail = false }) => ({ name, task, meantToFail, gone }));
  });
  const gate = new ApprovalGate({ transport, agentId: ids.idOf(auditorName), keepMs });
  const review = new Review({ transport, ids, reviewer });
  const { name, answerMs } = reviewer;
  const auditor = new Auditor({
    transport,
    ids,
    root,
    agents,
    report,
    gate,
    asked: { name, answerMs, responder: reviewer.anybody ? null : responderOf(reviewer, ids) },
    away: awayFor(transport, awayMs),
    survey: crews[0].ready,
    handOut: (files) => {
      for (const crew of crews) crew.tell(files);
    },
  });
  const result = await auditor.execute(undefined, { runId, signal });
  await Promise.all([review.close(), gate.close()]);
  if (!result.success) await stopAll(auditor, result.status, Promise.all(ended), setup.stopped);
  await Promise.all(ended);
  over.abort();
  await auditor.close();
  await counted.settled();

  const heard = agents.map(({ name, meantToFail }) => {
    const outcome = auditor.outcomes.get(name) ?? { ending: "unheard" as const };
    return { name, meantToFail, outcome };
  });
  const endId = await streamer.publishEvent(auditFinished, {
    run_id: runId,
    outcome: result.status,
    published: { ...ledger.stored, [auditFinished.eventType]: 1 },
    not_stored: ledger.notStored,
    heard: Object.fromEntries(heard.map(({ name, outcome }) => [name, outcome.ending])),
  });
  const approval = result.success ? result.output.approval : null;
  return { result, approval, endStored: endId !== "", heard, failures };
}

/** For those who watch; the auditor is an agent like the others. */
function listed(crews: readonly AuditCrew[], ids: AgentIds) {
  const auditor = {
    agent_id: ids.idOf(auditorName),
    task: "starts the others, and collects what they say",
    process_id: null,
    meant_to_fail: false,
  };
  const others = crews.flatMap(({ agents, processId }) =>
    agents.map(({ id, task, meantToFail = false }) => ({
      agent_id: ids.idOf(id),
      task,
      process_id: processId,
      meant_to_fail: meantToFail,
    })),
  );
  return [auditor, ...others];
}

/** Aborts when nothing more is to be expected of a crew that has ended. */
function goneAfter(ended: Promise<void>, transport: Transport, over: AbortSignal): AbortSignal {
  const gone = new AbortController();
  void ended.then(async () => {
    // What they said last may still be under way; while the store is away it does not come.
    if (transport.status === "available") await pause(graceMs, over);
    gone.abort();
  });
  return gone.signal;
}

/** Takes over what the crew has published; or notes what became of its process, which took its account along. */
async function endOf(crew: AuditCrew, ledger: PublishLedger, failures: string[]): Promise<void> {
  try {
    ledger.add(await crew.result);
  } catch (error) {
    if (!(error instanceof DemonstrationError)) throw error;
    failures.push(error.message);
  }
}

/** Tells all to stop, and hears how they end. Whom that does not reach in time is stopped without a word. */
async function stopAll(
  auditor: Auditor,
  status: "failed" | "cancelled",
  ended: Promise<unknown>,
  stopped: AbortController,
): Promise<void> {
  const reason = status === "cancelled" ? "the audit was interrupted" : "the auditor has failed";
  const told = await auditor.abortAll(reason);
  const hearing = auditor.hearTheRest();
  if (!told || !(await settlesWithin(ended, abortMs))) {
    stopped.abort(new Error("it could not be told to stop"));
  }
  await hearing;
}
