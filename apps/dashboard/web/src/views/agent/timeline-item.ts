/** What happened with an agent: an event, and which kind of thing it is to the agent. */
import type { EventJson } from "../../../../src/protocol/records.ts";
import { type TimelineKind, timelineKindOf, timelineTypes } from "../../../../src/protocol/timeline-kind.ts";

export interface TimelineItem extends EventJson {
  readonly kind: TimelineKind;
}

/** `undefined`: the event is not of this agent; "unseen": it may be, its data was too large to be pushed. */
export function kindOfPushed(event: EventJson, agentId: string): TimelineKind | "unseen" | undefined {
  const { event_type, data, data_bytes } = event;
  if (!timelineTypes.includes(event_type)) return undefined;
  if (data === undefined && data_bytes !== undefined) return "unseen";
  return timelineKindOf(event_type, data, agentId);
}
