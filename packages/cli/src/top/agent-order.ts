/** Which agents are shown, and in which order. */
import type { AgentHeartbeat, Liveness } from "@attune/heartbeat";
import { troubleFirst } from "../agents/liveness.ts";

export const sorts = ["trouble first", "name", "progress", "last beat"] as const;
export type Sort = (typeof sorts)[number];

export const livenessFilters = ["all", "trouble", "alive", "stalled", "stale", "lost", "finished"] as const;
export type LivenessFilter = (typeof livenessFilters)[number];

export interface Selection {
  readonly sort: Sort;
  readonly reverse: boolean;
  /** Part of an id, a task or a status, whatever its case. */
  readonly filter: string;
  readonly liveness: LivenessFilter;
}

export function selectedAgents(
  agents: Iterable<AgentHeartbeat>,
  { sort, reverse, filter, liveness }: Selection,
): AgentHeartbeat[] {
  const wanted = filter.toLowerCase();
  const shown = [...agents].filter(
    (agent) =>
      isOf(liveness, agent.liveness) &&
      (wanted === "" ||
        [agent.agentId, agent.currentTask, agent.status].some((text) => text.toLowerCase().includes(wanted))),
  );
  const sorted = inOrder(shown, sort);
  return reverse ? sorted.reverse() : sorted;
}

function isOf(filter: LivenessFilter, liveness: Liveness): boolean {
  if (filter === "all") return true;
  return filter === "trouble" ? liveness !== "alive" && liveness !== "finished" : liveness === filter;
}

function inOrder(agents: AgentHeartbeat[], sort: Sort): AgentHeartbeat[] {
  if (sort === "trouble first") return troubleFirst(agents);
  const byName = (one: AgentHeartbeat, other: AgentHeartbeat) => (one.agentId < other.agentId ? -1 : 1);
  if (sort === "name") return agents.sort(byName);
  const value = ({ progress, lastBeat }: AgentHeartbeat) =>
    sort === "progress" ? progress : lastBeat.getTime();
  return agents.sort((one, other) => value(other) - value(one) || byName(one, other));
}
