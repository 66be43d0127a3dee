/** Heartbeat streaming: agents at work beat, a consumer follows every beat, and watchers see how each agent fares. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import { AgentIds } from "../agent-ids.ts";
import { AgentObserver } from "../agent-observer.ts";
import { BeatingAgent, type BeatTiming } from "../beating-agent.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { endingOf } from "../ending.ts";
import { openStore } from "../open-store.ts";
import { ownFiles } from "../own-files.ts";
import { pause, until } from "../pause.ts";
import { Steps } from "../steps.ts";
import { isFileError } from "../tree/file-error.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

const fileCount = 8;
const half = fileCount / 2;
/** One agent is going to be lost: nobody wants to watch half a minute for that. */
const shortTtlMs = 1000;
/** An agent that beats, but has not gone on for so long is stalled. */
const stalledAfterMs = 500;
const watchIntervalMs = 100;
/** Whoever told of the same loss again would do it within this time. */
const quietMs = 500;
/** Whatever the store does, it is over by then. */
const deadlineMs = 20_000;

export const heartbeatStreaming: Demonstration = {
  name: "heartbeat-streaming",
  summary: "agents beat, a consumer follows each beat, watchers see who stalls, fails and is lost",
  options: [],
  run: demonstrate,
};

const names = ["steady", "unlucky", "stuck", "doomed"] as const;
type Name = (typeof names)[number];

interface Scene {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly files: readonly TreeFile[];
  readonly steps: Steps;
  readonly observer: AgentObserver;
  /** Whom the second watcher saw lost. */
  readonly secondSaw: string[];
  readonly ending: AbortSignal;
}

async function demonstrate({ url, stdout, signal }: DemonstrationSetup): Promise<number> {
  await using transport = await openStore(url);
  const ending = endingOf(transport, signal, deadlineMs);
  const steps = new Steps((line) => void stdout.write(`${line}\n`));
  const ids = new AgentIds();
  steps.say(
    "Four agents hash files: one completes, one fails, one stalls for a while, one dies without a word.",
  );
  steps.say("What is seen of it on agent_heartbeat and agent_error, and by the first of two watchers:");
  await using watcher = new HeartbeatCoordinator({ transport, ttlMs: shortTtlMs, stalledAfterMs });
  await using secondWatcher = new HeartbeatCoordinator({ transport, ttlMs: shortTtlMs });
  const watch = watcher.watchAgents({ intervalMs: watchIntervalMs });
  const show = (line: string) => steps.say(line);
  await using observer = await AgentObserver.start({ transport, ids, watch, show });
  const secondSaw: string[] = [];
  const secondWatching = noteLosses(secondWatcher, ids, secondSaw);
  const files = await ownFiles(fileCount);
  const scene: Scene = { transport, ids, files, steps, observer, secondSaw, ending };
  const agents = await Promise.all([completes(scene), fails(scene), stalls(scene), dies(scene)]);
  await untilSeen(scene, agents);
  await pause(quietMs, ending);
  await secondWatcher.close();
  await secondWatching;
  if (signal.aborted) return 130;
  await check(scene, agents, watcher);
  return steps.conclude();
}

/** Until every beat was received and every end was seen. */
async function untilSeen(scene: Scene, agents: readonly BeatingAgent[]): Promise<void> {
  const { observer, secondSaw, ending } = scene;
  const isSeen = () =>
    agents.every(({ told }, index) => observer.beatsOf(names[index]!).length >= told.length) &&
    names.every((name) => ["finished", "lost"].includes(observer.livenessesOf(name).at(-1) ?? "")) &&
    observer.losses.length > 0 &&
    secondSaw.length > 0;
  await until(isSeen, ending);
}

async function check(
  scene: Scene,
  agents: readonly BeatingAgent[],
  watcher: HeartbeatCoordinator,
): Promise<void> {
  const { ids, files, steps, observer, secondSaw } = scene;
  steps.say("");
  for (const [index, { told }] of agents.entries()) {
    const name = names[index]!;
    steps.check(`the ${told.length} beats of ${name} arrived, in order`, observer.beatsOf(name), told);
  }
  const [steady, unlucky, stuck, doomed] = await Promise.all(
    names.map(async (name) => {
      const agent = await watcher.getAgentStatus(ids.idOf(name));
      return [agent?.liveness, agent?.status, agent?.progress, agent?.currentTask];
    }),
  );
  const lastFile = files.at(-1)!.path;
  const middleFile = files[half - 1]!.path;
  steps.check("steady has completed", steady, ["finished", "completed", 1, lastFile]);
  steps.check("unlucky has failed at half of its work", unlucky, ["finished", "failed", 0.5, middleFile]);
  steps.check("stuck was seen to stall", observer.livenessesOf("stuck").includes("stalled"), true);
  steps.check("stuck went on, and has completed", stuck, ["finished", "completed", 1, lastFile]);
  steps.check("doomed is lost, with what it did last", doomed, ["lost", "running", 0.5, middleFile]);
  const firstSaw = names.filter((name) => observer.livenessesOf(name).includes("lost"));
  steps.check("both watchers saw that, of nobody else", [firstSaw, secondSaw], [["doomed"], ["doomed"]]);
  steps.check("its loss was told once", observer.losses, ["doomed"]);
  const active = (await watcher.getActiveAgents()).map(({ agentId }) => ids.nameOf(agentId));
  steps.check("none of the four is active any more", active.filter(Boolean), []);
}

async function completes(scene: Scene): Promise<BeatingAgent> {
  const agent = await start(scene, "steady");
  await agent.work(fileCount);
  await agent.stop(scene.ending.aborted ? "cancelled" : "completed");
  return agent;
}

async function fails(scene: Scene): Promise<BeatingAgent> {
  const gone = { path: "gone.ts", location: Buffer.from(`${import.meta.dirname}/gone.ts`) };
  const agent = await start({ ...scene, files: scene.files.with(half, gone) }, "unlucky");
  try {
    await agent.work(fileCount);
    await agent.stop("cancelled");
  } catch (error) {
    if (!isFileError(error)) throw error;
    await agent.stop("failed");
  }
  return agent;
}

/** Beats all the time, but goes on only when somebody has seen that it does not. */
async function stalls(scene: Scene): Promise<BeatingAgent> {
  const agent = await start(scene, "stuck", { intervalMs: stalledAfterMs / 4 });
  await agent.work(half);
  await until(() => scene.observer.livenessesOf("stuck").includes("stalled"), scene.ending);
  await agent.work(half);
  await agent.stop(scene.ending.aborted ? "cancelled" : "completed");
  return agent;
}

async function dies(scene: Scene): Promise<BeatingAgent> {
  const agent = await start(scene, "doomed", { ttlMs: shortTtlMs });
  await agent.work(half);
  await agent.die();
  return agent;
}

async function start(
  { transport, ids, files, ending }: Scene,
  name: Name,
  timing: BeatTiming = {},
): Promise<BeatingAgent> {
  const agent = new BeatingAgent({ transport, agentId: ids.idOf(name), files, timing, ending });
  await agent.start();
  return agent;
}

/** Until the watcher is closed. */
async function noteLosses(watcher: HeartbeatCoordinator, ids: AgentIds, losses: string[]): Promise<void> {
  for await (const { agent, to } of watcher.watchAgents({ intervalMs: watchIntervalMs })) {
    const name = ids.nameOf(agent.agentId);
    if (to === "lost" && name !== undefined) losses.push(name);
  }
}
