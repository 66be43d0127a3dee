/** What an event is to an agent: the same for the server, which looks back, and for the page, which is told what comes. */

/** Of events, the only types that tell of what happened with an agent; the kind where the type alone tells it. */
const kindsOfTypes: ReadonlyMap<string, TimelineKind | "signal"> = new Map([
  ["agent_heartbeat", "beat"],
  ["workflow_progress", "stage"],
  ["agent_error", "error"],
  ["approval_audit", "approval"],
  ["coordination_signal", "signal"],
] as const);

export const timelineTypes: readonly string[] = [...kindsOfTypes.keys()];

/** `broadcast`: to all agents, by this one or another. */
export const timelineKinds = [
  "beat",
  "stage",
  "signal_sent",
  "signal_received",
  "broadcast",
  "error",
  "approval",
] as const;

export type TimelineKind = (typeof timelineKinds)[number];

/** `undefined`: it is not of this agent. Events may be of anybody's making: names and types of signals that are no texts are none. */
export function timelineKindOf(eventType: string, data: unknown, agentId: string): TimelineKind | undefined {
  const kind = kindsOfTypes.get(eventType);
  if (!kind || typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const { agent_id, source_agent, target_agent, signal_type } = data as { readonly [name: string]: unknown };
  if (kind !== "signal") return agent_id === agentId ? kind : undefined;
  if (typeof source_agent !== "string" || typeof signal_type !== "string") return undefined;
  if (target_agent === null) return "broadcast";
  if (source_agent === agentId) return typeof target_agent === "string" ? "signal_sent" : undefined;
  return target_agent === agentId ? "signal_received" : undefined;
}
