/** A process that has the lock for writing is stopped: agents that cannot beat meanwhile have not died. */
import { agentError, HeartbeatCoordinator } from "@attune/heartbeat";
import { EventStreamer } from "@attune/streams";
import { expect, onTestFinished, test } from "vitest";
import { joinStore, newPlace, Program, pause, until } from "./fleet.ts";
import type { AgentsArgument, HolderArgument, Watched } from "./held-lock.ts";
import { isLocked } from "./is-locked.ts";
import { watchAgents } from "./watch-agents.ts";

const ttlMs = 2500;
const intervalMs = 500;

for (const heldMs of [1000, 4000]) {
  test(`a process that has the lock is stopped for ${heldMs / 1000} s: six live agents are never lost, neither for who watches nor for who looks`, {
    timeout: 60_000,
  }, async () => {
    const { path, url } = await newPlace();
    const holder = new Program("holds-the-lock.ts", { path } satisfies HolderArgument);
    const processes = [0, 1].map((process) => {
      const agents = [0, 1, 2].map((n) => `agent-${process}-${n}`);
      const argument: AgentsArgument = { url, agents, ttlMs, intervalMs };
      return { agents, program: new Program("beats-and-watches.ts", argument) };
    });
    const agents = processes.flatMap((each) => each.agents);
    const watching = await coordinator(url);
    const here = watchAgents(watching);
    await Promise.all([holder.hear(), ...processes.map(({ program }) => program.hear())]);
    await until("the watch is told of everybody", () => Object.keys(here).length === agents.length);
    // Who only looks writes nothing, and does not hear that nobody can.
    const looks = await lookAgainAndAgain(url, agents);

    holder.tell("hold");
    await holder.hear();
    holder.stop();
    expect(isLocked(path)).toBe(true);
    await pause(heldMs);
    // A look that is answered just after, before the agents' beats are, may find what was true of the lease.
    const looked = looks.end();
    holder.goOn();
    holder.tell("release");
    await holder.hear();
    const releasedAt = Date.now();
    await until("everybody beats again", async () => {
      const active = await watching.getActiveAgents();
      return active.filter(({ lastBeat }) => lastBeat.getTime() > releasedAt).length === agents.length;
    });
    // A false loss would be told by whoever looks next, or when the grace is over.
    await pause(heldMs < ttlMs ? 500 : ttlMs + 1000);
    let watches: readonly Watched[] = [];
    await until("every watch has told of all, and last that they are alive", async () => {
      for (const { program } of processes) program.tell("report");
      watches = [here, ...(await Promise.all(processes.map(({ program }) => program.hear<Watched>())))];
      return watches.every((watched) => agents.every((agent) => watched[agent]?.at(-1) === "alive"));
    });

    const active = await watching.getActiveAgents();
    const alive = active.filter(({ liveness }) => liveness === "alive").map(({ agentId }) => agentId);
    const { transport } = await joinStore(url);
    const losses = await new EventStreamer({ transport }).getRecentEvents(agentError, { count: 1000 });
    const tallies = watches.map((watched) => tally(Object.values(watched).flat()));
    console.info(
      `stopped for ${heldMs} ms: ${agents.length} agents beat, ${alive.length} alive, agent_error ${losses.length}; told by 3 watches ${JSON.stringify(tallies)}; seen meanwhile by who only looks ${JSON.stringify(looked)}`,
    );
    expect(alive.sort()).toEqual(agents);
    expect(losses).toEqual([]);
    expect(tallies.map(({ lost = 0 }) => lost)).toEqual([0, 0, 0]);
    expect(looked.lost ?? 0).toBe(0);
    expect(looked.alive).toBeGreaterThan(10);
  });
}

/** On a transport of its own. */
async function coordinator(url: string): Promise<HeartbeatCoordinator> {
  const { transport } = await joinStore(url);
  const made = new HeartbeatCoordinator({ transport, ttlMs });
  onTestFinished(() => made.close());
  return made;
}

/** Looks at each agent every 20 ms. The end gives how often which liveness was seen until then. */
async function lookAgainAndAgain(url: string, agents: readonly string[]) {
  const looking = await coordinator(url);
  const seen: string[] = [];
  const timer = setInterval(async () => {
    for (const agent of agents) {
      const found = await looking.getAgentStatus(agent);
      seen.push(found?.liveness ?? "none");
    }
  }, 20);
  onTestFinished(() => clearInterval(timer));
  return {
    end() {
      clearInterval(timer);
      return tally(seen);
    },
  };
}

function tally(told: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const each of told) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}
