/** Events of a message in the order of their ids: they come type by type, and were published in turns. */
import type { EventJson } from "../../../src/protocol/records.ts";

/** Those of one type stay in their order, whatever their ids say. The same array where nothing moves. */
export function inOrder(events: readonly EventJson[]): readonly EventJson[] {
  const newestOf = new Map<string, number>();
  let last = Number.NEGATIVE_INFINITY;
  let isInOrder = true;
  const keyed = events.map((event) => {
    const before = newestOf.get(event.event_type) ?? Number.NEGATIVE_INFINITY;
    const at = Math.max(before, millisecondsOf(event.event_id));
    newestOf.set(event.event_type, at);
    isInOrder &&= at >= last;
    last = at;
    return { event, at };
  });
  // Sorting is stable.
  return isInOrder ? events : keyed.sort((one, other) => one.at - other.at).map(({ event }) => event);
}

function millisecondsOf(id: string): number {
  return Number.parseInt(id, 10) || 0;
}
