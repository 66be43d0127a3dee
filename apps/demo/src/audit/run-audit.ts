/** Runs an audit: the surveyor, then the fleet, every agent at the same time; what they do is told by events alone. */
import type { EventDefinition, EventInput, EventStreamer } from "@attune/streams";
import type { Agent } from "../agents/agent.ts";
import { AgentPublisher } from "../agents/agent-publisher.ts";
import { fleet } from "../agents/fleet.ts";
import { createSurveyor } from "../agents/surveyor.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { auditFinished, auditStarted } from "./audit-events.ts";
import type { PublishLedger } from "./publish-ledger.ts";

export interface AuditSetup {
  readonly streamer: EventStreamer;
  readonly ledger: PublishLedger;
  readonly root: string;
  readonly runId: string;
  /** Cancels the agents; the audit still says that it is over. */
  readonly signal: AbortSignal;
  /** Default: the fleet. */
  readonly agents?: readonly Agent[];
}

/** Resolves when every agent has ended, however it ended: with whether the last event was stored. */
export async function runAudit(setup: AuditSetup): Promise<boolean> {
  const { runId, root, signal, ledger, agents = fleet } = setup;
  const surveyor = createSurveyor(root);
  await publish(setup, auditStarted, {
    run_id: runId,
    root,
    agents: [surveyor, ...agents].map(({ id, task }) => ({ agent_id: id, task })),
  });
  await runAgent(setup, surveyor, []);
  await Promise.all(agents.map((agent) => runAgent(setup, agent, surveyor.files)));
  const { stored, notStored } = ledger;
  return publish(setup, auditFinished, {
    run_id: runId,
    outcome: signal.aborted ? "cancelled" : "completed",
    published: { ...stored, [auditFinished.eventType]: 1 },
    not_stored: notStored,
  });
}

async function runAgent(setup: AuditSetup, agent: Agent, files: readonly TreeFile[]): Promise<void> {
  const { streamer, ledger, runId, signal } = setup;
  const publisher = new AgentPublisher({ streamer, ledger, runId, agentId: agent.id });
  try {
    signal.throwIfAborted();
    await publisher.progress(0, "starting");
    await publisher.report(await agent.run({ files, publisher, signal }));
    await publisher.ended("completed");
  } catch (error) {
    if (signal.aborted) return publisher.ended("cancelled");
    // One agent's failure is told and does not stop the others.
    await publisher.failed(error);
    await publisher.ended("failed");
  }
}

async function publish<Definition extends EventDefinition>(
  { streamer, ledger }: AuditSetup,
  definition: Definition,
  data: EventInput<Definition>,
): Promise<boolean> {
  const eventId = await streamer.publishEvent(definition, data, { source: "auditor" });
  ledger.note(definition.eventType, eventId);
  return eventId !== "";
}
