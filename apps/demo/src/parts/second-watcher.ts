/** The second watcher of the heartbeat streaming: it sees who is lost, and could tell it once more. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { AgentIds } from "../agent-ids.ts";
import { pause } from "../pause.ts";
import type { Part } from "../processes/part.ts";

export interface SecondWatcherInput {
  readonly run: string;
  readonly ttlMs: number;
  readonly intervalMs: number;
  /** How long it watches on once it has seen a loss. */
  readonly quietMs: number;
}

/** The names of those it saw lost: once for each time. */
export type SecondWatcherOutput = readonly string[];

/** Ready when it watches. */
export const secondWatcher: Part<SecondWatcherInput, SecondWatcherOutput> = {
  name: "second watcher",
  async run({ transport, ready, ending }, { run, ttlMs, intervalMs, quietMs }) {
    const ids = new AgentIds(run);
    await using watcher = new HeartbeatCoordinator({ transport, ttlMs });
    const watch = watcher.watchAgents({ intervalMs, signal: ending });
    const losses: string[] = [];
    const watching = (async () => {
      for await (const { agent, to } of watch) {
        const name = ids.nameOf(agent.agentId);
        if (to !== "lost" || name === undefined) continue;
        losses.push(name);
        if (losses.length === 1) void pause(quietMs, ending).then(() => watch.close());
      }
    })();
    ready();
    await watching;
    return losses;
  },
};
