/** How alive agents are: in which colours, and who comes first. */
import type { AgentHeartbeat, Liveness } from "@attune/heartbeat";
import type { Style } from "../session/output.ts";

export const livenessStyle: Readonly<Record<Liveness, Style>> = {
  alive: "green",
  stalled: "yellow",
  stale: "yellow",
  lost: "red",
  finished: "dim",
  unknown: "magenta",
};

/** What needs somebody comes first. */
export const worstFirst: readonly Liveness[] = ["lost", "stalled", "stale", "unknown", "alive", "finished"];

/** Those in trouble first; then by name. */
export function troubleFirst(agents: readonly AgentHeartbeat[]): AgentHeartbeat[] {
  const rank = (agent: AgentHeartbeat) => worstFirst.indexOf(agent.liveness);
  return agents.toSorted((one, other) => rank(one) - rank(other) || (one.agentId < other.agentId ? -1 : 1));
}
