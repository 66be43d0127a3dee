/** Broadcast: one signal for all agents, those that start later included; each gets it exactly once. */
import { CoordinationSignals } from "@attune/signals";
import type { Transport } from "@attune/transport";
import { z } from "zod";
import { AgentIds } from "../agent-ids.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { endingOf } from "../ending.ts";
import { FollowedSignals } from "../followed-signals.ts";
import { preciseNow } from "../measurement.ts";
import { openStore } from "../open-store.ts";
import { ownFiles } from "../own-files.ts";
import { pause } from "../pause.ts";
import { Steps } from "../steps.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

/** They wait when the broadcast is sent. */
const inTime = ["hasher-1", "hasher-2", "hasher-3", "hasher-4", "hasher-5"];
/** Starts after that, while the broadcast can still be had. */
const late = "latecomer";
const lateByMs = 400;
/** Starts when its time is over. */
const tooLate = "straggler";
const ttlMs = 1500;
/** Whatever the store does, it is over by then. */
const deadlineMs = 20_000;

export const broadcast: Demonstration = {
  name: "broadcast",
  summary: "one signal for all agents, one of them late: each gets it exactly once",
  options: [],
  run: demonstrate,
};

interface Scene {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly steps: Steps;
  readonly ending: AbortSignal;
  /** How often each agent got the broadcast, by its name. */
  readonly deliveries: Map<string, number>;
}

const task = z.object({ sent_at_ms: z.number() });

async function demonstrate({ url, stdout, signal }: DemonstrationSetup): Promise<number> {
  await using transport = await openStore(url);
  const ending = endingOf(transport, signal, deadlineMs);
  const steps = new Steps((line) => void stdout.write(`${line}\n`));
  const ids = new AgentIds();
  const scene: Scene = { transport, ids, steps, ending, deliveries: new Map() };
  const agents = [...inTime, late];
  const files = await ownFiles(agents.length);
  const followed = await FollowedSignals.start(transport, ids, (line) => steps.say(line), ending);
  await using orchestrator = signalsOf(scene, "orchestrator");

  steps.say(
    `${inTime.length} agents wait; the orchestrator broadcasts a task that can be had for ${ttlMs} ms.`,
  );
  const working = inTime.map((name, index) => work(scene, name, files[index]!));
  const sentAt = preciseNow();
  const taskId = await orchestrator.broadcast({ signalType: "task", payload: { sent_at_ms: sentAt }, ttlMs });
  await pause(lateByMs, ending);
  steps.say(`The ${late} starts.`);
  working.push(work(scene, late, files[inTime.length]!));
  const answers = await orchestrator.waitForAll({
    signalType: "hashed",
    sourceAgents: agents.map((name) => ids.idOf(name)),
    timeoutMs: deadlineMs,
    signal: ending,
  });
  await Promise.all(working);
  // A little more than its time: it is counted from its arrival.
  await pause(sentAt + ttlMs + 200 - preciseNow(), ending);
  steps.say(`The ${tooLate} starts, too late.`);
  await look(scene, tooLate);
  await followed.end(1 + agents.length);
  if (signal.aborted) return 130;

  const counts = agents.map((name) => scene.deliveries.get(name) ?? 0);
  const delivered = counts.filter((count) => count > 0).length;
  const twice = counts.filter((count) => count > 1).length;
  steps.say(`\ndelivered ${delivered} of ${agents.length}, twice: ${twice}`);
  steps.check(
    "each agent got it exactly once, also the late one",
    counts,
    agents.map(() => 1),
  );
  steps.check("who came when its time was over got nothing", scene.deliveries.has(tooLate), false);
  const expected = await Promise.all(files.map((file) => hashFile(file)));
  steps.check(
    `all ${agents.length} have answered`,
    answers?.map(({ payload }) => payload),
    expected,
  );
  const seen = followed.seen.filter((id) => id === taskId).length;
  steps.check("who follows the signals saw the broadcast once", seen, 1);
  return steps.conclude();
}

/** An agent: it waits for its task, answers with the hash of its file, and looks whether there is the same once more. */
async function work(scene: Scene, name: string, file: TreeFile): Promise<void> {
  const { ids, steps, ending } = scene;
  await using signals = signalsOf(scene, name);
  const startedAt = preciseNow();
  const received = await signals.waitForSignal({
    signalType: "task",
    sourceAgent: ids.idOf("orchestrator"),
    timeoutMs: deadlineMs,
    signal: ending,
  });
  const receivedAt = preciseNow();
  if (!received) return;
  count(scene, name);
  const { sent_at_ms } = task.parse(received.payload);
  const [afterSending, afterStarting] = [sent_at_ms, startedAt].map((ms) => (receivedAt - ms).toFixed(1));
  steps.say(`  ${name} has it, ${afterSending} ms after it was sent, ${afterStarting} ms after starting`);
  const payload = await hashFile(file);
  await signals.signal({ signalType: "hashed", targetAgent: ids.idOf("orchestrator"), payload, ttlMs });
  await look(scene, name);
}

async function look(scene: Scene, name: string): Promise<void> {
  await using signals = signalsOf(scene, name);
  const sourceAgent = scene.ids.idOf("orchestrator");
  if (await signals.checkSignal({ signalType: "task", sourceAgent })) count(scene, name);
}

function count({ deliveries }: Scene, name: string): void {
  deliveries.set(name, (deliveries.get(name) ?? 0) + 1);
}

function signalsOf({ transport, ids }: Scene, name: string): CoordinationSignals {
  return new CoordinationSignals({ transport, agentId: ids.idOf(name), enableStreaming: true });
}
