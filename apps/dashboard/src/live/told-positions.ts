/** What pages are told of where the events stand, so that what they come back with is never more than they may say. */
import type { EventPosition } from "../protocol/messages.ts";
import { helloBounds } from "../protocol/messages.ts";

/** No event has this id, so nobody can go on behind it. */
const nowhere: EventPosition = {
  eventType: "too many types to go on",
  id: "18446744073709551615-18446744073709551615",
  ordinal: null,
};

/** Of a position, beside the name of its type. */
const mostBytesBeside = 110;
const bytesOfHead = 1024;

/** Whether the positions of all these types, and `nowhere`, fit into a hello. */
export function fitIntoHello({ count, nameBytes }: { count: number; nameBytes: number }): boolean {
  const bytes = bytesOfHead + nameBytes + (count + 1) * mostBytesBeside;
  return count < helloBounds.positions && bytes <= helloBounds.bytes;
}

/** In the place of positions that would be too many. */
export const positionsOfTooMany: readonly EventPosition[] = [nowhere];

/** Whoever has it was not told all positions, and cannot be told what it has missed. */
export function areOfTooMany(positions: readonly EventPosition[]): boolean {
  return positions.some(({ id }) => id === nowhere.id);
}
