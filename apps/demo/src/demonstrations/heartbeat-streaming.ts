/** Heartbeat streaming: agents at work beat, a consumer follows every beat, and watchers see how each agent fares. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { AgentIds } from "../agent-ids.ts";
import { AgentObserver } from "../agent-observer.ts";
import type { Demonstration, DemonstrationSetup } from "../demonstration.ts";
import { ownFiles } from "../own-files.ts";
import { type BeatingAgentName, beatingAgentNames, beatingAgents } from "../parts/beating-agents.ts";
import { secondWatcher } from "../parts/second-watcher.ts";
import { pause, until } from "../pause.ts";
import { whoIsWhere } from "../processes/who-is-where.ts";
import { Scene } from "../scene.ts";
import type { Steps } from "../steps.ts";

const fileCount = 8;
/** One agent is going to be lost: nobody wants to watch half a minute for that. */
const shortTtlMs = 1500;
/** An agent that beats, but has not gone on for so long is stalled. */
const stalledAfterMs = 500;
const stuckIntervalMs = stalledAfterMs / 4;
const watchIntervalMs = 100;
/** Whoever told of the same loss again would do it within this time. */
const quietMs = 500;

export const heartbeatStreaming: Demonstration = {
  name: "heartbeat-streaming",
  summary: "agents beat, a consumer follows each beat, watchers see who stalls, fails and is lost",
  options: [],
  run: demonstrate,
};

const survivors = ["steady", "unlucky", "stuck"] as const satisfies readonly BeatingAgentName[];

async function demonstrate(setup: DemonstrationSetup): Promise<number> {
  await using scene = await Scene.open(setup);
  const { transport, parts, steps, ending, interruption } = scene;
  const ids = new AgentIds();
  const { run } = ids;
  steps.say(
    "Four agents hash files: one completes, one fails, one stalls for a while, one dies without a word.",
  );
  const secondInput = { run, ttlMs: shortTtlMs, intervalMs: watchIntervalMs, quietMs };
  const second = parts.start(secondWatcher, secondInput);
  await using watcher = new HeartbeatCoordinator({ transport, ttlMs: shortTtlMs, stalledAfterMs });
  const watch = watcher.watchAgents({ intervalMs: watchIntervalMs });
  const show = (line: string) => steps.say(line);
  await using observer = await AgentObserver.start({ transport, ids, watch, show });
  await second.ready;

  const input = { run, fileCount, shortTtlMs, stuckIntervalMs };
  const living = parts.start(beatingAgents, { ...input, names: survivors });
  const mortal = parts.start(beatingAgents, { ...input, names: ["doomed"] });
  const places = [
    [survivors.join(", "), living],
    ["doomed", mortal],
    ["the second watcher", second],
  ] as const;
  steps.say(whoIsWhere(places));
  steps.say("What is seen of it on agent_heartbeat and agent_error, and by the first of two watchers:");
  const dying = (async () => {
    const [told] = await mortal.ready;
    await mortal.kill();
    steps.say(
      parts.apart ? `  (${mortal.place}, in which doomed lives, was killed)` : "  (doomed falls silent)",
    );
    return told!;
  })();
  dying.catch(() => {}); // looked at below
  await until(() => observer.livenessesOf("stuck").includes("stalled"), ending);
  living.tell("seen");
  const told = [...(await living.result), await dying];
  await untilSeen(observer, told, ending);
  await pause(quietMs, ending);
  const secondSaw = await second.result;
  if (interruption.aborted) return 130;
  await check({ ids, observer, steps, told, secondSaw, watcher });
  return steps.conclude();
}

/** Until every beat was received and every end was seen. */
async function untilSeen(
  observer: AgentObserver,
  told: readonly (readonly string[])[],
  ending: AbortSignal,
): Promise<void> {
  const isSeen = () =>
    told.every((beats, index) => observer.beatsOf(beatingAgentNames[index]!).length >= beats.length) &&
    beatingAgentNames.every((name) =>
      ["finished", "lost"].includes(observer.livenessesOf(name).at(-1) ?? ""),
    ) &&
    observer.losses.length > 0;
  await until(isSeen, ending);
}

interface Findings {
  readonly ids: AgentIds;
  readonly observer: AgentObserver;
  readonly steps: Steps;
  /** By the agents' own account, in the order of their names. */
  readonly told: readonly (readonly string[])[];
  /** Whom the second watcher saw lost. */
  readonly secondSaw: readonly string[];
  readonly watcher: HeartbeatCoordinator;
}

async function check({ ids, observer, steps, told, secondSaw, watcher }: Findings): Promise<void> {
  const files = await ownFiles(fileCount);
  steps.say("");
  for (const [index, beats] of told.entries()) {
    const name = beatingAgentNames[index]!;
    steps.check(`the ${beats.length} beats of ${name} arrived, in order`, observer.beatsOf(name), beats);
  }
  const [steady, unlucky, stuck, doomed] = await Promise.all(
    beatingAgentNames.map(async (name) => {
      const agent = await watcher.getAgentStatus(ids.idOf(name));
      return [agent?.liveness, agent?.status, agent?.progress, agent?.currentTask];
    }),
  );
  const lastFile = files.at(-1)!.path;
  const middleFile = files[fileCount / 2 - 1]!.path;
  steps.check("steady has completed", steady, ["finished", "completed", 1, lastFile]);
  steps.check("unlucky has failed at half of its work", unlucky, ["finished", "failed", 0.5, middleFile]);
  steps.check("stuck was seen to stall", observer.livenessesOf("stuck").includes("stalled"), true);
  steps.check("stuck went on, and has completed", stuck, ["finished", "completed", 1, lastFile]);
  steps.check("doomed is lost, with what it did last", doomed, ["lost", "running", 0.5, middleFile]);
  const firstSaw = beatingAgentNames.filter((name) => observer.livenessesOf(name).includes("lost"));
  steps.check("both watchers saw that, of nobody else", [firstSaw, secondSaw], [["doomed"], ["doomed"]]);
  steps.check("its loss was told once", observer.losses, ["doomed"]);
  const active = (await watcher.getActiveAgents()).map(({ agentId }) => ids.nameOf(agentId));
  steps.check("none of the four is active any more", active.filter(Boolean), []);
}
