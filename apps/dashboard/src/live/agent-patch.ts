/** What has changed of an agent, as it is pushed to pages. */
import type { AgentJson, AgentPatch } from "../protocol/records.ts";

/** Larger metadata a page fetches when somebody looks at the agent; in characters of JSON. */
const longestMetadata = 4096;

const fields = [
  "display_name",
  "liveness",
  "status",
  "progress",
  "current_task",
  "last_beat",
  "last_progress",
  "incarnation",
  "progress_timeout_ms",
  "blocked_for_ms",
] as const satisfies readonly (keyof AgentJson)[];

/** The fields that are others now; `undefined`: none is. */
export function agentPatch(before: AgentJson | undefined, now: AgentJson): AgentPatch | undefined {
  if (!before) return pushedAgent(now);
  let patch: Record<string, unknown> | undefined;
  for (const name of fields) {
    if (now[name] === before[name]) continue;
    patch ??= { agent_id: now.agent_id };
    patch[name] = now[name];
  }
  if (!isSame(before.metadata, now.metadata)) {
    const { metadata, metadata_bytes } = pushedAgent(now);
    patch ??= { agent_id: now.agent_id };
    patch.metadata = metadata;
    if (metadata_bytes !== undefined) patch.metadata_bytes = metadata_bytes;
    // What a patch leaves out stays as it was.
    else if (pushedAgent(before) !== before) patch.metadata_bytes = null;
  }
  return patch as AgentPatch | undefined;
}

/** Without metadata that would be too much for a page that gets thousands. */
export function pushedAgent(agent: AgentJson): AgentJson {
  const { metadata } = agent;
  if (isSmall(metadata)) return agent;
  const text = JSON.stringify(metadata);
  if (text.length <= longestMetadata) return agent;
  return { ...agent, metadata: {}, metadata_bytes: Buffer.byteLength(text) };
}

/** Most metadata are a few short values: no text has to be made to see that. */
function isSmall(metadata: AgentJson["metadata"]): boolean {
  let characters = 0;
  for (const name in metadata) {
    const value = metadata[name];
    if (typeof value === "object" && value !== null) return false;
    // Each character may become six in JSON.
    characters += 6 * (name.length + (typeof value === "string" ? value.length : 4));
    if (characters > longestMetadata) return false;
  }
  return true;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  const [ones, others] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return names.every((name) => Object.hasOwn(others, name) && isSame(ones[name], others[name]));
}
