/** Agents as lines of a table. */
import type { AgentHeartbeat, Liveness } from "@attune/heartbeat";
import { percentText, progressBar, textTable } from "@attune-tools/terminal-text";
import type { Output, Style } from "../../session/output.ts";
import { spanText } from "../../text/time.ts";

export const livenessStyle: Readonly<Record<Liveness, Style>> = {
  alive: "green",
  stalled: "yellow",
  stale: "yellow",
  lost: "red",
  finished: "dim",
  unknown: "magenta",
};

/** What needs somebody comes first. */
const worstFirst: readonly Liveness[] = ["lost", "stalled", "stale", "unknown", "alive", "finished"];

/** Those in trouble first; then by name. */
export function troubleFirst(agents: readonly AgentHeartbeat[]): AgentHeartbeat[] {
  const rank = (agent: AgentHeartbeat) => worstFirst.indexOf(agent.liveness);
  return agents.toSorted((one, other) => rank(one) - rank(other) || (one.agentId < other.agentId ? -1 : 1));
}

export function agentTable(
  agents: readonly AgentHeartbeat[],
  { output, now }: { readonly output: Output; readonly now: number },
): string[] {
  const rows = agents.map((agent) => [
    agent.agentId,
    agent.liveness,
    agent.status,
    `${progressBar(agent.progress, 10)} ${percentText(agent.progress)}`,
    spanText(Math.max(0, now - agent.lastBeat.getTime())),
    agent.displayName === null ? agent.currentTask : `${agent.currentTask} (${agent.displayName})`,
  ]);
  return textTable(rows, {
    width: output.width,
    indent: 0,
    columns: [
      { header: "AGENT", keep: true, grow: true },
      {
        header: "LIVENESS",
        keep: true,
        style: (text, row) => output.style(livenessStyle[agents[row]!.liveness], text),
      },
      { header: "STATUS", priority: 2 },
      { header: "PROGRESS", priority: 1 },
      { header: "BEAT", align: "right", priority: 3 },
      { header: "TASK", grow: true, priority: -1 },
    ],
  });
}
