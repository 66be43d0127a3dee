/** Agents of the broadcast that live together: each waits for the task and answers it, or only looks whether it is there. */
import { CoordinationSignals } from "@attune/signals";
import type { Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import { deadlineMs } from "../deadline.ts";
import { preciseNow } from "../measurement.ts";
import { ownFiles } from "../own-files.ts";
import type { Part, Stage } from "../processes/part.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

export interface BroadcastAgentsInput {
  readonly run: string;
  readonly names: readonly string[];
  /** Each works on a file of its own: the first of them on this one, by its index. */
  readonly firstFile: number;
  /** They start when they are told to, not at once. */
  readonly later: boolean;
  /** Only look. */
  readonly idle: boolean;
}

/** How often each of them got the broadcast. */
export type BroadcastAgentsOutput = readonly number[];

/** Ready when they wait for the task, or to be told that they start. */
export const broadcastAgents: Part<BroadcastAgentsInput, BroadcastAgentsOutput, "start"> = {
  name: "broadcast agents",
  async run(stage, { run, names, firstFile, later, idle }) {
    const files = await ownFiles(firstFile + names.length);
    if (later) {
      stage.ready();
      if ((await stage.told) === undefined) return names.map(() => 0);
    }
    const ids = new AgentIds(run);
    const deliveries = names.map(async (name, index) => {
      const worked = idle ? 0 : await work(stage, ids, name, files[firstFile + index]!);
      return worked + (await look(stage.transport, ids, name));
    });
    if (!later) stage.ready();
    return Promise.all(deliveries);
  },
};

/** What the orchestrator of the broadcast, and everybody else in it, speaks with. */
export function broadcastSignals(transport: Transport, ids: AgentIds, name: string): CoordinationSignals {
  return new CoordinationSignals({ transport, agentId: ids.idOf(name), enableStreaming: true });
}

/** What nobody has taken by then is gone: a run leaves nothing in a shared store for long. */
const answerTtlMs = 15_000;

const task = z.object({ sent_at_ms: z.number() });

/** It waits for its task and answers with the hash of its file. */
async function work(
  { transport, say, ending }: Stage<"start">,
  ids: AgentIds,
  name: string,
  file: TreeFile,
): Promise<number> {
  await using signals = broadcastSignals(transport, ids, name);
  const startedAt = preciseNow();
  const received = await signals.waitForSignal({
    signalType: "task",
    sourceAgent: ids.idOf("orchestrator"),
    timeoutMs: deadlineMs,
    signal: ending,
  });
  const receivedAt = preciseNow();
  if (!received) return 0;
  const { sent_at_ms } = task.parse(received.payload);
  const [afterSending, afterStarting] = [sent_at_ms, startedAt].map((ms) => (receivedAt - ms).toFixed(1));
  say(`  ${name} has it, ${afterSending} ms after it was sent, ${afterStarting} ms after starting`);
  await signals.signal({
    signalType: "hashed",
    targetAgent: ids.idOf("orchestrator"),
    payload: await hashFile(file),
    ttlMs: answerTtlMs,
  });
  return 1;
}

/** Whether it could be had (once more). */
async function look(transport: Transport, ids: AgentIds, name: string): Promise<number> {
  await using signals = broadcastSignals(transport, ids, name);
  const sourceAgent = ids.idOf("orchestrator");
  return (await signals.checkSignal({ signalType: "task", sourceAgent })) ? 1 : 0;
}
