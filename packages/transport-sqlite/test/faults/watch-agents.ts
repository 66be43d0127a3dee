/** Notes what a watch of all agents is told. */
import type { HeartbeatCoordinator } from "@attune/heartbeat";
import type { Watched } from "./held-lock.ts";

/** Grows as it is told. */
export function watchAgents(monitor: HeartbeatCoordinator): Watched {
  const watched: Record<string, string[]> = {};
  void (async () => {
    for await (const { agent, to } of monitor.watchAgents()) {
      watched[agent.agentId] ??= [];
      watched[agent.agentId]!.push(to);
    }
  })();
  return watched;
}
