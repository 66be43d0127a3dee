/** Checkpoint: three agents meet at a barrier, twice; nobody goes on before all of them are there. */
import { CoordinationSignals } from "@attune/signals";
import type { Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import { counted } from "../agents/wording.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { endingOf } from "../ending.ts";
import { preciseNow } from "../measurement.ts";
import { openStore } from "../open-store.ts";
import { ownFiles } from "../own-files.ts";
import { Steps } from "../steps.ts";
import { hashFile } from "../tree/hash-file.ts";

/** With how many files each hashes between two checkpoints: by themselves they would not arrive together. */
const filesPerRound = { "hasher-1": 2, "hasher-2": 6, "hasher-3": 12 } as const;
type Name = keyof typeof filesPerRound;
const names = Object.keys(filesPerRound) as Name[];
const rounds = [1, 2] as const;

/** How long the orchestrator waits for an agent that has not even started. */
const inVainMs = 300;
/** What nobody has taken by then is gone: this run leaves nothing in a shared store for long. */
const ttlMs = 15_000;
/** Whatever the store does, it is over by then. */
const deadlineMs = 20_000;

export const checkpoint: Demonstration = {
  name: "checkpoint",
  summary: "three agents meet at a barrier, twice; nobody goes on before all are there",
  options: [],
  run: demonstrate,
};

interface Scene {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly steps: Steps;
  readonly ending: AbortSignal;
  readonly startedAt: number;
  /** What happened, in order. */
  readonly history: { readonly round: number; readonly what: What }[];
}

type What = "reached" | "all there" | "went on";

const atCheckpoint = z.object({ round: z.number(), hashed: z.number() });
const going = z.object({ round: z.number() });

async function demonstrate({ url, stdout, signal }: DemonstrationSetup): Promise<number> {
  await using transport = await openStore(url);
  const ending = endingOf(transport, signal, deadlineMs);
  const steps = new Steps((line) => void stdout.write(`${line}\n`));
  const ids = new AgentIds();
  const scene: Scene = { transport, ids, steps, ending, startedAt: preciseNow(), history: [] };
  await using orchestrator = signalsOf(scene, "orchestrator");

  const [first, second, third] = names;
  steps.say(`${first} and ${second} work; ${third} has not started yet.`);
  const early = [start(scene, first!), start(scene, second!)];
  await Promise.all(early.map(({ arrived }) => arrived));
  steps.check("the barrier is not complete", await meet(scene, orchestrator, inVainMs), null);
  const pending = await orchestrator.getPendingSignals({ signalType: "checkpoint_reached" });
  steps.check("it has taken nothing: two signals are still pending", pending.length, 2);

  steps.say(`${third} starts.`);
  const working = [...early, start(scene, third!)].map(({ done }) => done);
  for (const round of rounds) {
    const arrivals = await meet(scene, orchestrator, deadlineMs);
    if (!arrivals) break;
    const hashed = arrivals.reduce((sum, arrival) => sum + arrival.hashed, 0);
    note(scene, "orchestrator", round, "all there", `${counted(hashed, "file")} hashed; go`);
    await orchestrator.broadcast({ signalType: "go", payload: { round } });
  }
  await Promise.all(working);
  if (signal.aborted) return 130;

  steps.say("");
  for (const round of rounds) {
    const order = scene.history.filter((event) => event.round === round).map(({ what }) => what);
    const expected = [...names.map(() => "reached"), "all there", ...names.map(() => "went on")];
    steps.check(`round ${round}: all three arrived before anyone went on`, order, expected);
  }
  const left = await orchestrator.getPendingSignals({ signalType: "checkpoint_reached" });
  steps.check("no signal of a checkpoint is left over", left.length, 0);
  return steps.conclude();
}

/** What the agents say at the checkpoint, once all of them are there; `null` when they are not in time. */
async function meet({ ids, ending }: Scene, orchestrator: CoordinationSignals, timeoutMs: number) {
  const signals = await orchestrator.waitForAll({
    signalType: "checkpoint_reached",
    sourceAgents: names.map((name) => ids.idOf(name)),
    timeoutMs,
    signal: ending,
  });
  return signals?.map(({ payload }) => atCheckpoint.parse(payload)) ?? null;
}

/** Starts an agent. `arrived`: at its first checkpoint. */
function start(scene: Scene, name: Name): { readonly arrived: Promise<void>; readonly done: Promise<void> } {
  const signals = signalsOf(scene, name);
  const arrived = workUntilCheckpoint(scene, signals, name, 1);
  const done = (async () => {
    await using _ = signals;
    await arrived;
    for (const round of rounds) {
      if (round > 1) await workUntilCheckpoint(scene, signals, name, round);
      if (!(await waitForGo(scene, signals, name))) return;
    }
  })();
  return { arrived, done };
}

async function workUntilCheckpoint(
  scene: Scene,
  signals: CoordinationSignals,
  name: Name,
  round: number,
): Promise<void> {
  const files = await ownFiles(filesPerRound[name]);
  for (const file of files) await hashFile(file);
  note(scene, name, round, "reached", `${counted(files.length, "file")} hashed`);
  await signals.signal({
    signalType: "checkpoint_reached",
    targetAgent: scene.ids.idOf("orchestrator"),
    payload: { round, hashed: files.length },
  });
}

/** False when it never came. */
async function waitForGo(scene: Scene, signals: CoordinationSignals, name: Name): Promise<boolean> {
  const { ids, ending } = scene;
  const signal = await signals.waitForSignal({
    signalType: "go",
    sourceAgent: ids.idOf("orchestrator"),
    timeoutMs: deadlineMs,
    signal: ending,
  });
  if (!signal) return false;
  note(scene, name, going.parse(signal.payload).round, "went on");
  return true;
}

function signalsOf({ transport, ids }: Scene, name: string): CoordinationSignals {
  const agentId = ids.idOf(name);
  return new CoordinationSignals({ transport, agentId, defaultTtlMs: ttlMs, enableStreaming: true });
}

function note(scene: Scene, who: string, round: number, what: What, more?: string): void {
  scene.history.push({ round, what });
  const ms = (preciseNow() - scene.startedAt).toFixed(0);
  const text = {
    reached: "reached checkpoint",
    "all there": "sees all three at checkpoint",
    "went on": "goes on from checkpoint",
  };
  scene.steps.say(
    `  ${ms.padStart(5)} ms  ${who.padEnd(12)} ${text[what]} ${round}${more ? `: ${more}` : ""}`,
  );
}
