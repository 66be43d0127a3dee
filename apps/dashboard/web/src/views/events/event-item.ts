/** What stands in a row of events: an event, or where some are missing. */

import type { EventJson } from "../../../../src/protocol/records.ts";
import type { LogGap, LogItem } from "../../state/event-log.ts";
import { counted } from "../../ui/number-text.ts";

export interface EventItem {
  readonly key: string | number;
  readonly event?: EventJson | undefined;
  readonly gap?: LogGap | undefined;
}

export function keyOfItem({ key }: EventItem): string | number {
  return key;
}

const made = new WeakMap<LogItem, EventItem>();

export function itemOfLog(item: LogItem): EventItem {
  let shown = made.get(item);
  if (!shown) {
    shown = { key: item.n, event: item.event, gap: item.gap };
    made.set(item, shown);
  }
  return shown;
}

/** Ids are of a type. */
export function keyOfEvent({ event_type, event_id }: EventJson): string {
  return `${event_id} ${event_type}`;
}

/** When the store took it: milliseconds since 1970. */
export function storedAtMs({ event_id }: EventJson): number {
  return Number(event_id.slice(0, event_id.indexOf("-")));
}

export function gapText({ eventType, missed, reason }: LogGap, nameOf = (type: string) => type): string {
  const many = missed === null ? "Events" : counted(missed, "event");
  const which = eventType === null ? many : `${many} of ${nameOf(eventType)}`;
  const were = missed === 1 ? "was" : "were";
  if (reason === "trimmed") return `${which} ${were} trimmed before they could be read`;
  if (reason === "reset")
    return `The stream ${eventType === null ? "" : nameOf(eventType)} began anew: what was in it before is gone`;
  return `${which} ${were} published while this page was away: too many to catch up with here`;
}
