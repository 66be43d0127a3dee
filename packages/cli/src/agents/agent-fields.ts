/** All that the library knows of an agent, field by field; what the agent says of itself beside comes last. */
import type { AgentHeartbeat } from "@attune/heartbeat";
import { percentText } from "@attune-tools/terminal-text";
import type { Field } from "../session/output.ts";
import { agoText, spanText, timeText } from "../text/time.ts";
import { livenessStyle } from "./liveness.ts";

export interface AgentFieldsOptions {
  readonly utc: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Drawn in front of its percentage. */
  readonly bar?: (progress: number) => string;
}

export function agentFields(agent: AgentHeartbeat, { utc, now, bar }: AgentFieldsOptions): Field[] {
  const { displayName, liveness, progress, blockedForMs } = agent;
  const ago = (time: Date) => `${timeText(time, utc)} (${agoText(time, now)} ago)`;
  const blocked = `its main thread, for ${spanText(blockedForMs)} at the last beat`;
  return [
    { name: "agent", value: agent.agentId, style: "bold" },
    ...(displayName === null ? [] : [{ name: "name", value: displayName }]),
    { name: "liveness", value: liveness, style: livenessStyle[liveness] },
    { name: "status", value: agent.status },
    { name: "progress", value: `${bar ? `${bar(progress)} ` : ""}${percentText(progress).trim()}` },
    { name: "task", value: agent.currentTask },
    { name: "last beat", value: ago(agent.lastBeat) },
    { name: "last progress", value: ago(agent.lastProgress) },
    ...(blockedForMs > 0 ? [{ name: "blocked", value: blocked }] : []),
    { name: "incarnation", value: String(agent.incarnation) },
  ];
}

/** `value`: of the agent's metadata. */
export function metadataText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
