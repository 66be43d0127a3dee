/** A line, or with `--json` an object, for what each agent is at first, and for each change of its liveness. */

import { type AgentTransition, HeartbeatCoordinator } from "@attune/heartbeat";
import { agentJson } from "@attune-tools/record-json";
import { cleanText, percentText } from "@attune-tools/terminal-text";
import { livenessStyle } from "../../agents/liveness.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
import type { AgentsToWatch } from "./watch-agents.ts";

export async function watchLines(session: Session, { agent: wanted }: AgentsToWatch): Promise<void> {
  const { stdout, json, utc, signal } = session;
  const transport = await session.openToFollow();
  await using heartbeat = new HeartbeatCoordinator({ transport });
  session.note("Watching. Ctrl-C ends.");
  // Who looks does not write.
  for await (const transition of heartbeat.watchAgents({ signal, reportLosses: false })) {
    if (wanted !== undefined && transition.agent.agentId !== wanted) continue;
    const { agent, from, to } = transition;
    const now = new Date();
    if (json) stdout.json({ time: now.toISOString(), from, to, agent: agentJson(agent) });
    else stdout.line(`${stdout.style("dim", timeText(now, utc))}  ${transitionText(transition, session)}`);
    if (stdout.congested) await stdout.drained();
  }
}

const wordWidth = "finished".length;

function transitionText({ agent, from, to }: AgentTransition, { stdout }: Session): string {
  const { agentId, status, progress, currentTask } = agent;
  const change = `${(from ?? "").padEnd(wordWidth)} -> ${stdout.style(livenessStyle[to], to.padEnd(wordWidth))}`;
  return `${change}  ${cleanText(agentId)}  ${status}  ${percentText(progress).trim()}  ${cleanText(currentTask)}`;
}
