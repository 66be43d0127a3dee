/** What happened with an agent: an event, and which kind of thing it is to the agent. */
import type { EventJson } from "../../../../src/protocol/records.ts";

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

export interface TimelineItem extends EventJson {
  readonly kind: TimelineKind;
}

const types = new Map<string, TimelineKind | undefined>([
  ["agent_heartbeat", "beat"],
  ["workflow_progress", "stage"],
  ["agent_error", "error"],
  ["approval_audit", "approval"],
  ["coordination_signal", undefined],
]);

/**
 * The same as the server finds for `/api/agents/:id/timeline`. `undefined`: the event is not of this agent; "unseen": it may be,
 * its data was too large to be pushed.
 */
export function timelineKindOf(event: EventJson, agentId: string): TimelineKind | "unseen" | undefined {
  const { event_type, data, data_bytes } = event;
  if (!types.has(event_type)) return undefined;
  if (data === undefined && data_bytes !== undefined) return "unseen";
  if (typeof data !== "object" || data === null) return undefined;
  const { agent_id, source_agent, target_agent } = data as { readonly [name: string]: unknown };
  const kind = types.get(event_type);
  if (kind) return agent_id === agentId ? kind : undefined;
  if (typeof source_agent !== "string") return undefined;
  if (target_agent === null) return "broadcast";
  if (source_agent === agentId) return "signal_sent";
  return target_agent === agentId ? "signal_received" : undefined;
}
