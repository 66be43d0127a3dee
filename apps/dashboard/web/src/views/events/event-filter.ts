/** Which events somebody wants to see. */
import { eventSearch } from "../../../../src/protocol/event-search.ts";
import type { EventJson } from "../../../../src/protocol/records.ts";
import { anyFeedback, isFeedback } from "../../state/type-names.ts";

/** Of a request. */
const mostAsked = 100;

export interface EventFilter {
  /** None: all. `anyFeedback`: all types of ratings. */
  readonly types: ReadonlySet<string>;
  /** A text in type, source or data, whatever the case of its letters. */
  readonly search: string;
}

/** Cheap where nothing is looked for: thousands a second are asked about. */
export function eventMatcher({ types, search }: EventFilter): (event: EventJson) => boolean {
  const text = search.trim();
  const holds = eventSearch(text);
  return ({ event_type: eventType, source, data }) =>
    hasType(types, eventType) && (text === "" || holds({ eventType, source, data }));
}

export function hasType(types: EventFilter["types"], type: string): boolean {
  return types.size === 0 || types.has(type) || (isFeedback(type) && types.has(anyFeedback));
}

/** The types that a store is asked for, which knows no `anyFeedback`. `known`: all types that there are. */
export function typesOfStore(types: EventFilter["types"], known: readonly string[]): ReadonlySet<string> {
  if (!types.has(anyFeedback)) return types;
  const named = [...types].filter((type) => type !== anyFeedback);
  const all = new Set([...named, ...known.filter(isFeedback)]);
  // Of none there is nothing, and not all: `anyFeedback` is the name of no stream.
  return all.size === 0 ? types : new Set([...all].slice(0, mostAsked));
}

export function isSameFilter(one: EventFilter, other: EventFilter): boolean {
  if (one.search !== other.search || one.types.size !== other.types.size) return false;
  return [...one.types].every((type) => other.types.has(type));
}
