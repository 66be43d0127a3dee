/** Which events somebody wants to see. */
import type { EventJson } from "../../../../src/protocol/records.ts";

export interface EventFilter {
  /** None: all. */
  readonly types: ReadonlySet<string>;
  /** A text in type, source or data, whatever the case of its letters. */
  readonly search: string;
}

/** Cheap where nothing is looked for: thousands a second are asked about. */
export function eventMatcher({ types, search }: EventFilter): (event: EventJson) => boolean {
  const text = search.trim().toLowerCase();
  return (event) => {
    if (types.size > 0 && !types.has(event.event_type)) return false;
    if (text === "") return true;
    return (
      event.event_type.toLowerCase().includes(text) ||
      event.source.toLowerCase().includes(text) ||
      (event.data !== undefined && JSON.stringify(event.data).toLowerCase().includes(text))
    );
  };
}

export function isSameFilter(one: EventFilter, other: EventFilter): boolean {
  if (one.search !== other.search || one.types.size !== other.types.size) return false;
  return [...one.types].every((type) => other.types.has(type));
}
