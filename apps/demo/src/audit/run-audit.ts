/**
 * Runs an audit: the surveyor, then the fleet, every agent at the same time. What they do is told by events, who begins and
 * who stops by signals; only the list of files goes another way, since it is long.
 */
import { once } from "node:events";
import { type EventDefinition, type EventInput, EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { AgentIds } from "../agent-ids.ts";
import type { Agent } from "../agents/agent.ts";
import { fleet } from "../agents/fleet.ts";
import { runAgent } from "../agents/run-agent.ts";
import { createSurveyor, type Surveyor } from "../agents/surveyor.ts";
import { pause } from "../pause.ts";
import { settlesWithin } from "../settles-within.ts";
import { auditFinished, auditStarted } from "./audit-events.ts";
import type { Ending } from "./audit-signals.ts";
import { Orchestrator } from "./orchestrator.ts";
import type { PublishLedger } from "./publish-ledger.ts";

export interface AuditSetup {
  readonly transport: Transport;
  readonly ledger: PublishLedger;
  readonly root: string;
  readonly runId: string;
  /** Stops the agents; the audit still says that it is over. */
  readonly signal: AbortSignal;
  /** Default: the fleet. */
  readonly agents?: readonly Agent[] | undefined;
}

export interface AuditOutcome {
  /** Whether the last event was stored. */
  readonly endStored: boolean;
  /** By agent: how it ended, as the orchestrator has heard. */
  readonly heard: ReadonlyMap<string, Ending>;
}

/** How long the signals of agents that have ended may take. */
const graceMs = 1000;
/** How long an abort may take to reach the agents before they are stopped in another way. */
const abortMs = 2000;

/** Resolves when every agent has ended, however it ended. */
export async function runAudit(setup: AuditSetup): Promise<AuditOutcome> {
  const { transport, runId, root, signal, ledger, agents = fleet } = setup;
  const streamer = new EventStreamer({ transport });
  const surveyor = createSurveyor(root);
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
    agents: [surveyor, ...agents].map(({ id, task }) => ({ agent_id: id, task })),
  });
  const heard = await coordinate(setup, streamer, surveyor, agents);
  const { stored, notStored } = ledger;
  const endStored = await publish(auditFinished, {
    run_id: runId,
    outcome: signal.aborted ? "cancelled" : "completed",
    published: { ...stored, [auditFinished.eventType]: 1 },
    not_stored: notStored,
    heard: Object.fromEntries(heard),
  });
  return { endStored, heard };
}

/** Starts the surveyor, and once that has ended the others. Resolves when all have ended. */
async function coordinate(
  { transport, ledger, runId, signal }: AuditSetup,
  streamer: EventStreamer,
  surveyor: Surveyor,
  agents: readonly Agent[],
): Promise<ReadonlyMap<string, Ending>> {
  const ids = new AgentIds(runId);
  await using orchestrator = new Orchestrator({ transport, ids, ledger });
  const notStarted = new AbortController();
  const stopped = new AbortController();
  const over = new AbortController();
  const aborting = abortAll(orchestrator, signal, stopped, over.signal);
  const run = {
    transport,
    ledger,
    ids,
    runId,
    streamer,
    notStarted: notStarted.signal,
    stopped: stopped.signal,
  };
  const surveying = runAgent(surveyor, { ...run, files: [] });
  // All of them beat from the beginning: who looks sees that they are there, and waiting.
  const working = Promise.all(agents.map((agent) => runAgent(agent, { ...run, files: surveyor.files })));

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
    if (!(await orchestrator.start(surveyor.id))) notStarted.abort();
    const surveyed = await collect([surveyor.id], surveying);
    const goesOn = !signal.aborted && !notStarted.signal.aborted;
    if (goesOn && !(await orchestrator.startAll())) notStarted.abort();
    const names = agents.map(({ id }) => id);
    return new Map([...surveyed, ...(await collect(names, working))]);
  } finally {
    over.abort();
    await aborting;
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
