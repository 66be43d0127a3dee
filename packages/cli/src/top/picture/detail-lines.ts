/** All that is known of one agent, line by line. */
import type { AgentHeartbeat, Metadata } from "@attune/heartbeat";
import { percentText } from "@attune-tools/terminal-text";
import { livenessStyle } from "../../commands/agents/agent-table.ts";
import { spanText, timeText } from "../../text/time.ts";
import { fitted } from "./fitted.ts";
import type { Paint } from "./paint.ts";

const nameWidth = 15;

/** So much of an agent's own is shown; `attune agents --agent` has all of it. */
const mostNames = 200;
const mostCharacters = 1000;

export function detailLines(agent: AgentHeartbeat, away: boolean, paint: Paint): string[] {
  const { style, columns, utc, now } = paint;
  const line = (name: string, value: string, valueStyle?: Parameters<typeof style>[0]) => {
    const shown = fitted(value, Math.max(1, columns - nameWidth)).trimEnd();
    return `${style("dim", fitted(name, nameWidth - 2))}  ${valueStyle ? style(valueStyle, shown) : shown}`;
  };
  const ago = (time: Date) => `${timeText(time, utc)} (${spanText(Math.max(0, now - time.getTime()))} ago)`;
  const liveness = away ? "unknown" : agent.liveness;
  return [
    line("agent", agent.agentId, "bold"),
    ...(agent.displayName === null ? [] : [line("name", agent.displayName)]),
    line("liveness", liveness, livenessStyle[liveness]),
    line("status", agent.status),
    line("progress", percentText(agent.progress).trim()),
    line("task", agent.currentTask),
    line("last beat", ago(agent.lastBeat)),
    line("last progress", ago(agent.lastProgress)),
    ...(agent.blockedForMs > 0
      ? [line("blocked", `its main thread, for ${spanText(agent.blockedForMs)}`)]
      : []),
    line("incarnation", String(agent.incarnation)),
    ...metadataOf(agent.metadata).map(([name, value]) => line(name, value)),
  ];
}

/** Frozen, and the same as long as the agent says nothing new: made into texts once. */
const texts = new WeakMap<Metadata, readonly (readonly [string, string])[]>();

function metadataOf(metadata: Metadata): readonly (readonly [string, string])[] {
  const known = texts.get(metadata);
  if (known) return known;
  const all = Object.entries(metadata);
  const made = all.slice(0, mostNames).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [name, text.slice(0, mostCharacters)] as const;
  });
  if (all.length > mostNames) made.push(["...", `and ${all.length - mostNames} more`]);
  texts.set(metadata, made);
  return made;
}
