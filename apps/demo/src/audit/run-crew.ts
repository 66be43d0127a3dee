/** Agents of an audit that live together: each a workflow, side by side, from before they are told to begin until they end. */
import { FeedbackLoop } from "@attune/feedback";
import { EventStreamer } from "@attune/streams";
import { AgentIds } from "../agent-ids.ts";
import type { Agent } from "../agents/agent.ts";
import type { Surveyor } from "../agents/surveyor.ts";
import { awayFor } from "../away-for.ts";
import type { Stage } from "../processes/part.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { AuditAgent } from "./audit-agent.ts";
import { CountedTransport } from "./counted-transport.ts";
import { type Account, PublishLedger } from "./publish-ledger.ts";

/** Told the files to measure. Ready, where the surveyor is among them, when it has ended: with what it has found. */
export type CrewStage = Stage<readonly TreeFile[], readonly TreeFile[]>;

export interface CrewSetup {
  readonly runId: string;
  readonly agents: readonly Agent[];
  /** If it is one of them. */
  readonly surveyor?: Surveyor | undefined;
  /** Who waits for a signal when the store has been away for so long is not going to get it. Default 3000. */
  readonly awayMs?: number | undefined;
}

/** Resolves when every agent has ended, however it ended, with their account of what was published meanwhile. */
export async function runCrew(
  stage: CrewStage,
  { runId, agents, surveyor, awayMs = 3000 }: CrewSetup,
): Promise<Account> {
  const { ready, told, ending } = stage;
  const ledger = new PublishLedger();
  const counted = new CountedTransport(stage.transport, ledger);
  const { transport } = counted;
  await using feedback = new FeedbackLoop({ transport });
  const common = {
    transport,
    feedback,
    ids: new AgentIds(runId),
    streamer: new EventStreamer({ transport }),
    away: awayFor(transport, awayMs),
  };
  const live = async (agent: Agent, files: Promise<readonly TreeFile[]>) => {
    await using workflow = new AuditAgent({ ...common, agent, files });
    await workflow.live(ending);
  };
  const files = told.then((found) => found ?? []);
  // All of them beat from the beginning: who looks sees that they are there, and waiting.
  const living = agents.map((agent) => live(agent, files));
  if (surveyor) {
    await live(surveyor, Promise.resolve([]));
    ready(surveyor.files);
  }
  await Promise.all(living);
  await feedback.close();
  await counted.settled();
  const { stored, notStored } = ledger;
  return { stored, notStored };
}
