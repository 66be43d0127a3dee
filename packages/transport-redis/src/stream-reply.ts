/** What a read of several streams gave, put together from the entries and from where the streams stood after it. */
import { compareIds, type StreamEntry, type StreamPage, type StreamState } from "@attune/transport";

/** The reply of lua/stream-state.lua. */
export function toState(eventType: string, reply: unknown): StreamState {
  const [length, added, lastId, oldestId, bytes] = reply as [number, number, string, string, number];
  return {
    eventType,
    length,
    added: added < 0 ? null : added,
    oldestId: oldestId === "" ? null : oldestId,
    lastId,
    bytes: bytes < 0 ? null : bytes,
  };
}

/**
 * The two were read one after the other, not at once: in between the stream may have been trimmed, even past the page.
 * What can be said of the page's ordinals nevertheless:
 */
export function toPage(eventType: string, entries: readonly StreamEntry[], state: StreamState): StreamPage {
  const { added, length, oldestId } = state;
  if (oldestId === null || added === null) return { eventType, entries, firstOrdinal: null, oldestId };
  const oldestOrdinal = added - length + 1;
  // Deleted and made again in between: the state is of another stream than the page.
  if (compareIds(state.lastId, entries.at(-1)!.id) < 0 || (oldestOrdinal < 1 && length > 0)) {
    return { eventType, entries, firstOrdinal: null, oldestId: null };
  }
  // The oldest retained entry is one of the page: count back from it.
  const index = entries.findIndex((entry) => compareIds(entry.id, oldestId) >= 0);
  if (index >= 0 && entries[index]!.id === oldestId) {
    const firstOrdinal = oldestOrdinal - index;
    return { eventType, entries, firstOrdinal: firstOrdinal < 1 ? null : firstOrdinal, oldestId };
  }
  // All of the page is gone already. What is missing may lie before it or behind it: counting goes on as if nothing were,
  // and the next page tells the sum.
  if (index < 0) return { eventType, entries, firstOrdinal: null, oldestId: null };
  // Older entries than the page's are retained, so nothing was trimmed up to the page. Its ordinals can be counted from
  // the other end if the page reaches it.
  if (entries.at(-1)!.id === state.lastId) {
    return { eventType, entries, firstOrdinal: added - entries.length + 1, oldestId };
  }
  return { eventType, entries, firstOrdinal: null, oldestId };
}
