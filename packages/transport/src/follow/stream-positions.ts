/** Where a follower stands in each of its streams, and what it found missing there and has not told yet. */
import type { StreamPage, StreamState } from "../contract/streams.ts";
import { compareIds } from "../ids.ts";
import { arriveAt, type Gap, type Position, recoverFrom } from "./position.ts";

/** What of a page is new, and what was missing before it. */
export interface Arrival {
  /** So many of its first entries were read before. */
  readonly skip: number;
  /** Of the first entry that is new. */
  readonly firstOrdinal: number | null;
  readonly gaps: readonly Gap[];
}

export class StreamPositions {
  readonly #positions = new Map<string, Position>();
  /** A position from before the last doubt, per stream. */
  readonly #anchors = new Map<string, Position>();
  readonly #gaps = new Map<string, Gap[]>();

  /** They go on changing. */
  get all(): ReadonlyMap<string, Position> {
    return this.#positions;
  }

  startAt(eventType: string, position: Position): void {
    this.#positions.set(eventType, position);
    this.#anchors.set(eventType, position);
  }

  /** After a doubt: goes on from elsewhere if the store has lost something that was passed. */
  verify(state: StreamState): void {
    const { eventType } = state;
    const position = this.#positions.get(eventType);
    if (!position) return;
    const recovery = recoverFrom(position, this.#anchors.get(eventType) ?? position, state);
    if (recovery) this.#note(recovery.gap);
    this.startAt(eventType, recovery?.position ?? position);
  }

  /**
   * What the tail reader had passed before a read, and the read did not find, has been trimmed or deleted since: there is
   * nothing left to catch up with up to there.
   */
  passGone(tailBefore: ReadonlyMap<string, Position>): void {
    for (const [eventType, tail] of tailBefore) {
      const position = this.#positions.get(eventType)!;
      if (compareIds(tail.id, position.id) <= 0) continue;
      const { gap } = arriveAt(position, {
        eventType,
        firstOrdinal: tail.ordinal === null ? null : tail.ordinal + 1,
        oldestId: tail.id,
      });
      // Counted from the tail, a smaller ordinal is no new stream: it is the tail's that lags.
      if (gap?.reason === "trimmed") this.#note(gap);
      this.#positions.set(eventType, tail);
    }
  }

  /** Goes on behind a page. `undefined`: nothing in it is new, or none of its stream is wanted. */
  arrive({ eventType, entries, firstOrdinal, oldestId }: StreamPage): Arrival | undefined {
    const position = this.#positions.get(eventType);
    if (!position) return undefined;
    // The tail reader may be behind a follower that read further by itself.
    let skip = 0;
    while (skip < entries.length && compareIds(entries[skip]!.id, position.id) <= 0) skip++;
    if (skip === entries.length) return undefined;
    const arrival = arriveAt(position, {
      eventType,
      firstOrdinal: firstOrdinal === null ? null : firstOrdinal + skip,
      oldestId,
    });
    if (arrival.gap) this.#note(arrival.gap);
    const gaps = this.#gaps.get(eventType) ?? [];
    this.#gaps.delete(eventType);
    this.#positions.set(eventType, {
      id: entries[entries.length - 1]!.id,
      ordinal: arrival.firstOrdinal === null ? null : arrival.firstOrdinal + entries.length - skip - 1,
    });
    return { skip, firstOrdinal: arrival.firstOrdinal, gaps };
  }

  #note(gap: Gap): void {
    const gaps = this.#gaps.get(gap.eventType);
    if (gaps) gaps.push(gap);
    else this.#gaps.set(gap.eventType, [gap]);
  }
}
