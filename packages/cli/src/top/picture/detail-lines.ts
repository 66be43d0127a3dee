/** All that is known of one agent, line by line. */
import type { AgentHeartbeat, Metadata } from "@attune/heartbeat";
import { agentFields, metadataText } from "../../agents/agent-fields.ts";
import type { Field } from "../../session/output.ts";
import { fitted } from "./fitted.ts";
import type { Paint } from "./paint.ts";

const nameWidth = 15;

/** So much of an agent's own is shown; `attune agents --agent` has all of it. */
const mostNames = 200;
const mostCharacters = 1000;

export function detailLines(agent: AgentHeartbeat, away: boolean, paint: Paint): string[] {
  const { style, columns } = paint;
  const shown: AgentHeartbeat = away ? { ...agent, liveness: "unknown" } : agent;
  const fields = [...agentFields(shown, paint), ...metadataFields(agent.metadata)];
  return fields.map(({ name, value, style: valueStyle }) => {
    const text = fitted(value, Math.max(1, columns - nameWidth)).trimEnd();
    return `${style("dim", fitted(name, nameWidth - 2))}  ${valueStyle ? style(valueStyle, text) : text}`;
  });
}

/** Frozen, and the same as long as the agent says nothing new: made into texts once. */
const texts = new WeakMap<Metadata, readonly Field[]>();

function metadataFields(metadata: Metadata): readonly Field[] {
  const known = texts.get(metadata);
  if (known) return known;
  const all = Object.entries(metadata);
  const made = all
    .slice(0, mostNames)
    .map(([name, value]): Field => ({ name, value: metadataText(value).slice(0, mostCharacters) }));
  if (all.length > mostNames) made.push({ name: "...", value: `and ${all.length - mostNames} more` });
  texts.set(metadata, made);
  return made;
}
