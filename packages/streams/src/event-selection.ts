/** Which events: types by name, and definitions with the schema that their data is checked against. */
import { AttuneError, checkEventType } from "@attune/transport";
import type { EventData, EventDefinition } from "./define-event.ts";
import type { StreamEvent } from "./stream-event.ts";

/** A type by name, or a definition whose schema the consumer's events are checked against. */
export type EventSelector = string | EventDefinition;

/** The events that a list of selectors selects: a union that `eventType` and `valid` tell apart. */
export type EventsOf<Selectors extends readonly EventSelector[]> = {
  [Index in keyof Selectors]: Selectors[Index] extends EventDefinition<infer Type>
    ? StreamEvent<Type, EventData<Selectors[Index]>>
    : Selectors[Index] extends string
      ? StreamEvent<Selectors[Index]>
      : never;
}[number];

export interface Selection {
  readonly eventTypes: readonly string[] | "all";
  readonly definitions: ReadonlyMap<string, EventDefinition>;
}

export function select(selectors: readonly EventSelector[] | undefined): Selection {
  const definitions = new Map<string, EventDefinition>();
  if (selectors === undefined) return { eventTypes: "all", definitions };
  if (!Array.isArray(selectors) || selectors.length === 0) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      "eventTypes must name at least one type; leave it out for all.",
    );
  }
  const eventTypes = selectors.map((selector: EventSelector) => {
    if (typeof selector !== "object" || selector === null) return checkEventType(selector);
    definitions.set(checkEventType(selector.eventType), selector);
    return selector.eventType;
  });
  return { eventTypes: [...new Set(eventTypes)], definitions };
}
