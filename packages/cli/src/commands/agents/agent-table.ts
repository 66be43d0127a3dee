/** Agents as lines of a table. */
import type { AgentHeartbeat } from "@attune/heartbeat";
import { percentText, progressBar, textTable } from "@attune-tools/terminal-text";
import { livenessStyle } from "../../agents/liveness.ts";
import type { Output } from "../../session/output.ts";
import { agoText } from "../../text/time.ts";

export function agentTable(
  agents: readonly AgentHeartbeat[],
  { output, now }: { readonly output: Output; readonly now: number },
): string[] {
  const rows = agents.map((agent) => [
    agent.agentId,
    agent.liveness,
    agent.status,
    `${progressBar(agent.progress, 10)} ${percentText(agent.progress)}`,
    agoText(agent.lastBeat, now),
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
