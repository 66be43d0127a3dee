/**
 * Runs an audit: the surveyor, then the fleet, every agent at the same time. What they do is told by events, who begins and
 * who stops by signals; only the list of files goes another way, since it is long.
 */
import { once } from "node:events";
import { type EventDefinition, type EventInput, EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { AgentIds } from "../agent-ids.ts";
import type { Agent } from "../agents/agent.ts";
import { surveyorId } from "../agents/surveyor.ts";
import { DemonstrationError } from "../demonstration.ts";
import { pause } from "../pause.ts";
import type { RunningPart } from "../processes/part.ts";
import { settlesWithin } from "../settles-within.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { auditFinished, auditStarted } from "./audit-events.ts";
import type { Ending } from "./audit-signals.ts";
import { Orchestrator } from "./orchestrator.ts";
import type { Account, PublishLedger } from "./publish-ledger.ts";
import type { Survey } from "./run-crew.ts";

/** Agents that live together, at work. */
export interface AuditCrew
  extends Pick<RunningPart<Account, Survey, readonly TreeFile[]>, "processId" | "ready" | "result" | "tell"> {
  readonly agents: readonly Pick<Agent, "id" | "task">[];
}

export interface AuditSetup {
  readonly transport: Transport;
  readonly ledger: PublishLedger;
  readonly root: string;
  readonly runId: string;
  /** Stops the agents; the audit still says that it is over. */
  readonly signal: AbortSignal;
  /** The surveyor is in the first. */
  readonly crews: readonly [AuditCrew, ...AuditCrew[]];
  /** Stops the crews when a signal does not reach them. */
  readonly stopped: AbortController;
}

export interface AuditOutcome {
  /** Whether the last event was stored. */
  readonly endStored: boolean;
  /** By agent: how it ended, as the orchestrator has heard. */
  readonly heard: ReadonlyMap<string, Ending>;
  /** What became of processes that did not end as they should. */
  readonly failures: readonly string[];
}

/** How long the signals of agents that have ended may take. */
const graceMs = 1000;
/** How long an abort may take to reach the agents before they are stopped in another way. */
const abortMs = 2000;

/** Resolves when every agent has ended, however it ended. */
export async function runAudit(setup: AuditSetup): Promise<AuditOutcome> {
  const { transport, runId, root, signal, ledger, crews } = setup;
  const streamer = new EventStreamer({ transport });
  const publish = async <Definition extends EventDefinition>(
    definition: Definition,
    data: EventInput<Definition>,
  ): Promise<boolean> => {
    const stored = (await streamer.publishEvent(definition, data, { source: "auditor" })) !== "";
    ledger.note(definition.eventType, stored);
    return stored;
  };
  await publish(auditStarted, {
    run_id: runId,
    root,
    agents: crews.flatMap(({ agents, processId }) =>
      agents.map(({ id, task }) => ({ agent_id: id, task, process_id: processId })),
    ),
  });
  const { heard, failures } = await coordinate(setup);
  const { stored, notStored } = ledger;
  const endStored = await publish(auditFinished, {
    run_id: runId,
    outcome: signal.aborted || failures.length > 0 ? "cancelled" : "completed",
    published: { ...stored, [auditFinished.eventType]: 1 },
    not_stored: notStored,
    heard: Object.fromEntries(heard),
  });
  return { endStored, heard, failures };
}

/** Starts the surveyor, and once that has ended the others. Resolves when all have ended. */
async function coordinate(setup: AuditSetup): Promise<Pick<AuditOutcome, "heard" | "failures">> {
  const { transport, ledger, runId, signal, crews, stopped } = setup;
  await using orchestrator = new Orchestrator({ transport, ids: new AgentIds(runId), ledger });
  const givenUp = new AbortController();
  const over = new AbortController();
  const aborting = abortAll(orchestrator, AbortSignal.any([signal, givenUp.signal]), stopped, over.signal);
  const failures: string[] = [];
  const allEnded = Promise.all(crews.map((crew) => endOf(crew, ledger, failures)));
  const tellAll = (survey: Survey) => {
    for (const crew of crews) crew.tell(survey);
  };

  /** What is heard of agents; `ended` resolves when they have ended. */
  const collect = async (names: readonly string[], ended: Promise<unknown>) => {
    const givingUp = new AbortController();
    const collecting = orchestrator.collect(names, givingUp.signal);
    await ended;
    // Who has ended says nothing more: what is not there soon does not come.
    if (transport.status === "available") await settlesWithin(collecting, graceMs);
    givingUp.abort();
    return collecting;
  };
  try {
    const started = await orchestrator.start(surveyorId);
    if (!started) tellAll(null);
    // Nothing: its process is gone.
    const surveying = crews[0].ready.catch(() => undefined);
    const surveyed = await collect([surveyorId], surveying);
    const files = await surveying;
    if (!files) givenUp.abort();
    else if (started && !signal.aborted) tellAll((await orchestrator.startAll()) ? files : null);
    const names = crews.flatMap(({ agents }) => agents.map(({ id }) => id));
    const others = await collect(
      names.filter((name) => name !== surveyorId),
      allEnded,
    );
    return { heard: new Map([...surveyed, ...others]), failures };
  } finally {
    over.abort();
    await aborting;
  }
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

/** Once the signal aborts, all are told to stop. Whom that does not reach in time is stopped without a word. */
async function abortAll(
  orchestrator: Orchestrator,
  signal: AbortSignal,
  stopped: AbortController,
  over: AbortSignal,
): Promise<void> {
  const either = AbortSignal.any([signal, over]);
  if (!either.aborted) await once(either, "abort");
  if (over.aborted) return;
  if (await orchestrator.abortAll()) await pause(abortMs, over);
  stopped.abort(new Error("it could not be told to stop"));
}
