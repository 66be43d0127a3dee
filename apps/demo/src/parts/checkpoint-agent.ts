/** An agent of the checkpoint: it works, says that it has reached the barrier, and goes on when it is told to. */
import { CoordinationSignals } from "@attune/signals";
import type { Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import { counted } from "../agents/wording.ts";
import { CheckpointDiary, type CheckpointEvent } from "../checkpoint-diary.ts";
import { deadlineMs } from "../deadline.ts";
import { ownFiles } from "../own-files.ts";
import type { Part, Stage } from "../processes/part.ts";
import { hashFile } from "../tree/hash-file.ts";

export interface CheckpointAgentInput {
  readonly run: string;
  readonly name: string;
  readonly rounds: number;
  /** How many it hashes between two checkpoints. */
  readonly filesPerRound: number;
  /** When the demonstration began, by `preciseNow`. */
  readonly beganAt: number;
}

/** Ready when it has reached the first checkpoint. */
export const checkpointAgent: Part<CheckpointAgentInput, readonly CheckpointEvent[]> = {
  name: "checkpoint agent",
  async run(stage, input) {
    const ids = new AgentIds(input.run);
    await using signals = checkpointSignals(stage.transport, ids, input.name);
    const diary = new CheckpointDiary(input.beganAt, stage.say);
    for (let round = 1; round <= input.rounds; round++) {
      await workUntilCheckpoint(signals, ids, diary, input, round);
      if (round === 1) stage.ready();
      if (!(await waitForGo(signals, ids, diary, input.name, stage))) break;
    }
    return diary.events;
  },
};

/** What nobody has taken by then is gone: a run leaves nothing in a shared store for long. */
const ttlMs = 15_000;

export function checkpointSignals(transport: Transport, ids: AgentIds, name: string): CoordinationSignals {
  const agentId = ids.idOf(name);
  return new CoordinationSignals({ transport, agentId, defaultTtlMs: ttlMs, enableStreaming: true });
}

async function workUntilCheckpoint(
  signals: CoordinationSignals,
  ids: AgentIds,
  diary: CheckpointDiary,
  { name, filesPerRound }: CheckpointAgentInput,
  round: number,
): Promise<void> {
  const files = await ownFiles(filesPerRound);
  for (const file of files) await hashFile(file);
  diary.note(name, round, "reached", `${counted(files.length, "file")} hashed`);
  await signals.signal({
    signalType: "checkpoint_reached",
    targetAgent: ids.idOf("orchestrator"),
    payload: { round, hashed: files.length },
  });
}

const going = z.object({ round: z.number() });

/** False when it never came. */
async function waitForGo(
  signals: CoordinationSignals,
  ids: AgentIds,
  diary: CheckpointDiary,
  name: string,
  { ending }: Stage,
): Promise<boolean> {
  const signal = await signals.waitForSignal({
    signalType: "go",
    sourceAgent: ids.idOf("orchestrator"),
    timeoutMs: deadlineMs,
    signal: ending,
  });
  if (!signal) return false;
  diary.note(name, going.parse(signal.payload).round, "went on");
  return true;
}
