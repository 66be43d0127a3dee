/** Checkpoint: three agents meet at a barrier, twice; nobody goes on before all of them are there. */
import type { CoordinationSignals } from "@attune/signals";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import { counted } from "../agents/wording.ts";
import { CheckpointDiary, type CheckpointEvent } from "../checkpoint-diary.ts";
import { deadlineMs } from "../deadline.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { preciseNow } from "../measurement.ts";
import { checkpointAgent, checkpointSignals } from "../parts/checkpoint-agent.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";

/** With how many files each hashes between two checkpoints: by themselves they would not arrive together. */
const filesPerRound = { "hasher-1": 2, "hasher-2": 6, "hasher-3": 12 } as const;
type Name = keyof typeof filesPerRound;
const names = Object.keys(filesPerRound) as Name[];
const rounds = 2;

/** How long the orchestrator waits for an agent that has not even started. */
const inVainMs = 300;

export const checkpoint: Demonstration = {
  name: "checkpoint",
  summary: "three agents meet at a barrier, twice; nobody goes on before all are there",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const beganAt = preciseNow();
  const diary = new CheckpointDiary(beganAt, (line) => steps.say(line));
  await using orchestrator = checkpointSignals(transport, ids, "orchestrator");
  const start = (name: Name) => {
    const input = { run: ids.run, name, rounds, filesPerRound: filesPerRound[name], beganAt };
    return parts.start(checkpointAgent, input);
  };
  const meet = (timeoutMs: number) => meetAll(orchestrator, ids, timeoutMs, ending);

  const [first, second, third] = names;
  steps.say(`${first} and ${second} work; ${third} has not started yet.`);
  const early = [start(first!), start(second!)];
  steps.say(whoIsWhere(early.map((part, index) => [names[index]!, part])));
  await Promise.all(early.map(({ ready }) => ready));
  steps.check("the barrier is not complete", await meet(inVainMs), null);
  const pending = await orchestrator.getPendingSignals({ signalType: "checkpoint_reached" });
  steps.check("it has taken nothing: two signals are still pending", pending.length, 2);

  const last = start(third!);
  steps.say(`${third} starts${parts.apart ? `, in ${last.place}` : ""}.`);
  for (let round = 1; round <= rounds; round++) {
    const arrivals = await meet(deadlineMs);
    if (!arrivals) break;
    const hashed = arrivals.reduce((sum, arrival) => sum + arrival.hashed, 0);
    diary.note("orchestrator", round, "all there", `${counted(hashed, "file")} hashed; go`);
    await orchestrator.broadcast({ signalType: "go", payload: { round } });
  }
  const diaries = await Promise.all([...early, last].map(({ result }) => result));
  if (interruption.aborted) return 130;

  steps.say("");
  const history = [diary.events, ...diaries].flat().sort((a, b) => a.at - b.at);
  for (let round = 1; round <= rounds; round++) {
    const expected = [...names.map(() => "reached"), "all there", ...names.map(() => "went on")];
    steps.check(`round ${round}: all three arrived before anyone went on`, ofRound(history, round), expected);
  }
  const left = await orchestrator.getPendingSignals({ signalType: "checkpoint_reached" });
  steps.check("no signal of a checkpoint is left over", left.length, 0);
  return steps.conclude();
}

function ofRound(history: readonly CheckpointEvent[], wanted: number): string[] {
  return history.filter(({ round }) => round === wanted).map(({ what }) => what);
}

const atCheckpoint = z.object({ round: z.number(), hashed: z.number() });

/** What the agents say at the checkpoint, once all of them are there; `null` when they are not in time. */
async function meetAll(
  orchestrator: CoordinationSignals,
  ids: AgentIds,
  timeoutMs: number,
  signal: AbortSignal,
) {
  const signals = await orchestrator.waitForAll({
    signalType: "checkpoint_reached",
    sourceAgents: names.map((name) => ids.idOf(name)),
    timeoutMs,
    signal,
  });
  return signals?.map(({ payload }) => atCheckpoint.parse(payload)) ?? null;
}
