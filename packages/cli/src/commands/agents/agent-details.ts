/** All that is known of one agent. */

import type { AgentHeartbeat } from "@attune/heartbeat";
import { agentJson } from "@attune-tools/record-json";
import { progressBar } from "@attune-tools/terminal-text";
import { agentFields, metadataText } from "../../agents/agent-fields.ts";
import type { Session } from "../../session/session.ts";

export function printAgent({ stdout, json, utc }: Session, agent: AgentHeartbeat): void {
  if (json) {
    stdout.json(agentJson(agent));
    return;
  }
  const bar = (progress: number) => progressBar(progress, 20);
  const own = Object.entries(agent.metadata).map(([name, value]) => ({ name, value: metadataText(value) }));
  stdout.fields([...agentFields(agent, { utc, now: Date.now(), bar }), ...own]);
}
