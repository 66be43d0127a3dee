/** What calls of a group gave of one stream, put together from replies of the server. */
import { type GroupReading, idBefore } from "@attune/transport";
import { type EntryReply, toEntries } from "./entries.ts";
import { tokenOf } from "./group-tokens.ts";

/** What src/lua/group-state.lua answers. */
export type GroupStateReply = [exists: 0] | [exists: 1, missed: number, floor: Buffer, pending: number];

/** What src/lua/claim-entries.lua answers. */
export type ClaimReply =
  | [exists: 0]
  | [exists: 1, floor: Buffer, lost: Buffer[], entries: EntryReply[], counts: number[]];

/** Of a stream that has no such group. */
export function noReading(eventType: string): GroupReading {
  return { eventType, exists: false, deliveries: [], missed: 0, lostIds: [], floorId: "0-0" };
}

/** `state` is from right before the entries were delivered. */
export function toReading(
  eventType: string,
  consumer: string,
  state: GroupStateReply,
  replies: readonly EntryReply[],
): GroupReading {
  if (state[0] === 0) return noReading(eventType);
  const [, missed, floor, pending] = state;
  const token = tokenOf(consumer, 1);
  const entries = toEntries(replies);
  const first = entries[0];
  return {
    eventType,
    exists: true,
    deliveries: entries.map((entry) => ({ entry, token, deliveries: 1 })),
    missed: missed < 0 ? null : missed,
    lostIds: [],
    floorId: first && pending === 0 ? idBefore(first.id) : floor.toString(),
  };
}

export function toClaimed(eventType: string, consumer: string, reply: ClaimReply): GroupReading {
  if (reply[0] === 0) return noReading(eventType);
  const [, floor, lost, entries, counts] = reply;
  return {
    eventType,
    exists: true,
    deliveries: toEntries(entries).map((entry, n) => ({
      entry,
      token: tokenOf(consumer, counts[2 * n]!),
      deliveries: counts[2 * n + 1]!,
    })),
    missed: 0,
    lostIds: lost.map(String),
    floorId: floor.toString(),
  };
}
