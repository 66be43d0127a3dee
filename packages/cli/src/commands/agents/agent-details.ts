/** All that is known of one agent. */
import type { AgentHeartbeat } from "@attune/heartbeat";
import { cleanText, percentText, progressBar } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";
import { spanText, timeText } from "../../text/time.ts";
import { agentJson } from "./agent-json.ts";
import { livenessStyle } from "./agent-table.ts";

export function printAgent({ stdout, json, utc }: Session, agent: AgentHeartbeat): void {
  if (json) {
    stdout.json(agentJson(agent));
    return;
  }
  const ago = (time: Date) =>
    `${timeText(time, utc)} (${spanText(Math.max(0, Date.now() - time.getTime()))} ago)`;
  const field = (name: string, value: string) =>
    stdout.line(`${stdout.style("dim", name.padEnd(14))}${value}`);
  field("agent", cleanText(agent.agentId));
  if (agent.displayName !== null) field("name", cleanText(agent.displayName));
  field("liveness", stdout.style(livenessStyle[agent.liveness], agent.liveness));
  field("status", agent.status);
  field("progress", `${progressBar(agent.progress, 20)} ${percentText(agent.progress).trim()}`);
  field("task", cleanText(agent.currentTask));
  field("last beat", ago(agent.lastBeat));
  field("last progress", ago(agent.lastProgress));
  if (agent.blockedForMs > 0)
    field("blocked", `its main thread, for ${spanText(agent.blockedForMs)} at the last beat`);
  field("incarnation", String(agent.incarnation));
  for (const [name, value] of Object.entries(agent.metadata)) {
    field(cleanText(name), cleanText(typeof value === "string" ? value : JSON.stringify(value)));
  }
}
