/** Agents of an audit that live together: they wait until they are told to begin, work side by side, and end. */
import { EventStreamer } from "@attune/streams";
import { AgentIds } from "../agent-ids.ts";
import type { Agent } from "../agents/agent.ts";
import { runAgent } from "../agents/run-agent.ts";
import type { Surveyor } from "../agents/surveyor.ts";
import { awayFor } from "../away-for.ts";
import type { Stage } from "../processes/part.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import type { PublishLedger } from "./publish-ledger.ts";

/** What the surveyor has found; `null`: nobody will tell them to begin. */
export type Survey = readonly TreeFile[] | null;

/** Told the survey. Ready, where the surveyor is among them, when it has ended: with what it has found. */
export type CrewStage = Stage<Survey, readonly TreeFile[]>;

export interface CrewSetup {
  readonly runId: string;
  readonly ledger: PublishLedger;
  readonly agents: readonly Agent[];
  /** If it is one of them. */
  readonly surveyor?: Surveyor | undefined;
}

/** Whoever has not been told to begin when the store has been away for so long is not going to be. */
const awayMs = 3000;

/** Resolves when every agent has ended, however it ended. */
export async function runCrew(
  stage: CrewStage,
  { runId, ledger, agents, surveyor }: CrewSetup,
): Promise<void> {
  const { transport, ready, told, ending } = stage;
  const notStarted = new AbortController();
  const survey = told.then((files) => {
    if (!files) notStarted.abort();
    return files ?? [];
  });
  const run = {
    transport,
    ledger,
    runId,
    ids: new AgentIds(runId),
    streamer: new EventStreamer({ transport }),
    notStarted: AbortSignal.any([notStarted.signal, awayFor(transport, awayMs)]),
    stopped: ending,
  };
  const surveying = surveyor && runAgent(surveyor, { ...run, files: Promise.resolve([]) });
  // All of them beat from the beginning: who looks sees that they are there, and waiting.
  const working = agents.map((agent) => runAgent(agent, { ...run, files: survey }));
  await surveying;
  if (surveyor) ready(surveyor.files);
  await Promise.all(working);
}
