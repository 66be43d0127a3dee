/** Positions in a stream, and how gaps are found: pure functions, so that every case can be tested on its own. */
import type { StreamPage, StreamState } from "../contract/streams.ts";
import { beforeFirstId, compareIds } from "../ids.ts";

/** After the entry with this id. */
export interface Position {
  readonly id: string;
  readonly ordinal: number | null;
}

/** Events a consumer can never get: they were gone before it read so far. */
export interface Gap {
  readonly eventType: string;
  /** How many are missing, or `null` where the store cannot tell. */
  readonly missed: number | null;
  /** `trimmed`: older than what the stream retains. `reset`: the stream was deleted, or its server lost it. */
  readonly reason: "trimmed" | "reset";
}

/** Before everything a new stream will hold. */
export const beginningOfNewStream: Position = { id: beforeFirstId, ordinal: 0 };

/** The position before everything that a stream retains now. */
export function oldestPosition(state: StreamState): Position {
  return { id: beforeFirstId, ordinal: state.added === null ? null : state.added - state.length };
}

/** The position after everything that a stream has been given. */
export function newestPosition(state: StreamState): Position {
  return { id: state.lastId, ordinal: state.added };
}

/**
 * Compares where a reader stands with the page it got next: what is missing in between, and the ordinal of the page's
 * first entry as far as it is known.
 */
export function arriveAt(
  position: Position,
  page: Pick<StreamPage, "eventType" | "firstOrdinal" | "oldestId">,
): { readonly gap: Gap | undefined; readonly firstOrdinal: number | null } {
  const { eventType, firstOrdinal, oldestId } = page;
  if (firstOrdinal !== null) {
    if (position.ordinal === null) return { gap: undefined, firstOrdinal };
    const missed = firstOrdinal - position.ordinal - 1;
    if (missed > 0) return { gap: { eventType, missed, reason: "trimmed" }, firstOrdinal };
    // Ordinals never fall within the life of a stream: a smaller one belongs to another life.
    if (missed < 0) return { gap: { eventType, missed: null, reason: "reset" }, firstOrdinal };
    return { gap: undefined, firstOrdinal };
  }
  // The store does not count. If entries up to ours are still there, nothing in between can have been trimmed.
  const expected = position.ordinal === null ? null : position.ordinal + 1;
  const trimmedPastUs =
    oldestId !== null && position.id !== beforeFirstId && compareIds(oldestId, position.id) > 0;
  if (!trimmedPastUs) return { gap: undefined, firstOrdinal: expected };
  return { gap: { eventType, missed: null, reason: "trimmed" }, firstOrdinal: null };
}

/**
 * Finds out whether the store lost entries that a reader had already passed (restart without persistence, failover,
 * deletion followed by smaller ids), and where the reader has to go on. `anchor` is a position the reader knows from
 * before: if the stream still reaches back to it, it was cut short and goes on from its end; otherwise it is a new
 * stream and is read from its beginning. `undefined`: nothing was lost.
 */
export function recoverFrom(
  position: Position,
  anchor: Position,
  state: StreamState,
): { readonly gap: Gap; readonly position: Position } | undefined {
  if (compareIds(state.lastId, position.id) >= 0) return undefined;
  // Gone altogether: whatever comes next is new. Reported when it comes, so that a deleted stream stays silent.
  const gap: Gap = { eventType: state.eventType, missed: null, reason: "reset" };
  const cutShort =
    anchor.id !== beforeFirstId &&
    compareIds(state.lastId, anchor.id) >= 0 &&
    (state.added === null || anchor.ordinal === null || state.added >= anchor.ordinal);
  return { gap, position: cutShort ? newestPosition(state) : beginningOfNewStream };
}
