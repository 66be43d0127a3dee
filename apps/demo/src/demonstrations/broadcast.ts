/** Broadcast: one signal for all agents, those that start later included; each gets it exactly once. */
import { AgentIds } from "../agent-ids.ts";
import { deadlineMs } from "../deadline.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { FollowedSignals } from "../followed-signals.ts";
import { preciseNow } from "../measurement.ts";
import { ownFiles } from "../own-files.ts";
import { broadcastAgents, broadcastSignals } from "../parts/broadcast-agents.ts";
import { pause } from "../pause.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import { hashFile } from "../tree/hash-file.ts";

/** They wait when the broadcast is sent: the first three together, and the other two. */
const inTime = [
  ["hasher-1", "hasher-2", "hasher-3"],
  ["hasher-4", "hasher-5"],
] as const;
/** Starts after that, while the broadcast can still be had. */
const late = "latecomer";
const lateByMs = 400;
/** Starts when its time is over. */
const tooLate = "straggler";
const ttlMs = 2000;

export const broadcast: Demonstration = {
  name: "broadcast",
  summary: "one signal for all agents, one of them late: each gets it exactly once",
  options: [],
  run: demonstrate,
};

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const agents = [...inTime.flat(), late];
  const start = (names: readonly string[], when: { readonly later: boolean; readonly idle: boolean }) => {
    const firstFile = Math.max(0, agents.indexOf(names[0]!));
    return { names, part: parts.start(broadcastAgents, { run: ids.run, names, firstFile, ...when }) };
  };
  const waiting = inTime.map((names) => start(names, { later: false, idle: false }));
  // Their processes are there in time, and wait to be told: starting a process would take part of the broadcast's time.
  const latecomer = start([late], { later: true, idle: false });
  const straggler = start([tooLate], { later: true, idle: true });
  const all = [...waiting, latecomer, straggler];
  const followed = await FollowedSignals.start(transport, ids, (line) => steps.say(line), ending);
  await using orchestrator = broadcastSignals(transport, ids, "orchestrator");
  await Promise.all(all.map(({ part }) => part.ready));

  steps.say(
    `${inTime.flat().length} agents wait; the orchestrator broadcasts a task that can be had for ${ttlMs} ms.`,
  );
  steps.say(whoIsWhere(all.map(({ names, part }) => [names.join(", "), part])));
  const sentAt = preciseNow();
  const payload = { sent_at_ms: sentAt };
  const taskId = await orchestrator.broadcast({ signalType: "task", payload, ttlMs });
  await pause(lateByMs, ending);
  steps.say(`The ${late} starts.`);
  latecomer.part.tell("start");
  const answers = await orchestrator.waitForAll({
    signalType: "hashed",
    sourceAgents: agents.map((name) => ids.idOf(name)),
    timeoutMs: deadlineMs,
    signal: ending,
  });
  // A little more than its time: it is counted from its arrival.
  await pause(sentAt + ttlMs + 200 - preciseNow(), ending);
  steps.say(`The ${tooLate} starts, too late.`);
  straggler.part.tell("start");
  const [stragglers, ...workers] = await Promise.all(
    [straggler, ...waiting, latecomer].map(({ part }) => part.result),
  );
  await followed.end(1 + agents.length);
  if (interruption.aborted) return 130;

  const deliveries = workers.flat();
  const delivered = deliveries.filter((count) => count > 0).length;
  const twice = deliveries.filter((count) => count > 1).length;
  steps.say(`\ndelivered ${delivered} of ${agents.length}, twice: ${twice}`);
  steps.check(
    "each agent got it exactly once, also the late one",
    deliveries,
    agents.map(() => 1),
  );
  steps.check("who came when its time was over got nothing", stragglers, [0]);
  const files = await ownFiles(agents.length);
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
