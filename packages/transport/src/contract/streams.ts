/**
 * The streams facet: append-only logs of events, one per event type.
 *
 * Glossary
 * - entry: one stored event. It never changes; it goes away only by trimming or deletion.
 * - entry id: `<milliseconds>-<sequence>`, given by the store, strictly growing within a stream.
 * - ordinal: how many entries its stream had been given when an entry was stored, itself included (1, 2, 3, …). Ids say
 *   what comes next; ordinals say how many are missing.
 * - trimming: removing the oldest entries; what is left keeps its ids and ordinals.
 * - page: entries of one stream that follow each other, as one read returned them.
 */

/** An entry as the store holds it. A field is `undefined` where an entry of somebody else's making lacks it. */
export interface StreamEntry {
  readonly id: string;
  readonly eventType: string | undefined;
  /** ISO 8601, as written by the publisher. */
  readonly timestamp: string | undefined;
  /** JSON text, opaque to every store. */
  readonly data: string | undefined;
  readonly source: string | undefined;
}

export interface AppendRequest {
  readonly eventType: string;
  readonly timestamp: string;
  readonly data: string;
  readonly source: string;
  /** The stream is trimmed to about this many entries, never to fewer. */
  readonly maxLength: number;
  /** Within the dedupe window (2 min) the same key in the same stream gives the first entry's id and stores nothing. */
  readonly idempotencyKey?: string | undefined;
}

export interface StreamPage {
  readonly eventType: string;
  /** At least one, oldest first. */
  readonly entries: readonly StreamEntry[];
  /**
   * The ordinal of `entries[0]`; `null` where the store does not count, or where it would be costly to know and nothing
   * can be missing, since older entries than `entries[0]` are retained.
   */
  readonly firstOrdinal: number | null;
  /** The id of the oldest entry retained when the page was read; `null` where unknown. */
  readonly oldestId: string | null;
}

/** Where a stream stands. One that does not exist has length 0, added 0 and lastId "0-0". */
export interface StreamState {
  readonly eventType: string;
  readonly length: number;
  /** The ordinal of the newest entry ever added, or `null` where the store does not count. */
  readonly added: number | null;
  readonly oldestId: string | null;
  /** The id of the newest entry ever added, retained or not. */
  readonly lastId: string;
  /** Bytes the stream takes in the store; `null` where unknown. */
  readonly bytes: number | null;
}

export interface ReadOptions {
  /** At most so many entries per stream. */
  readonly count: number;
  /** 0: answer at once. More (only where `capabilities.blockingRead`): wait so long for a first entry. */
  readonly blockMs: number;
  /** Ends the waiting early: the read then answers at once with what there is. It never rejects the read. */
  readonly interrupt?: AbortSignal | undefined;
}

export interface RangeRequest {
  readonly eventType: string;
  /** Inclusive; the oldest when left out. */
  readonly fromId?: string | undefined;
  /** Inclusive; the newest when left out. */
  readonly toId?: string | undefined;
  readonly count: number;
  readonly newestFirst: boolean;
}

export interface StreamStore {
  /**
   * Stores entries in the given order and answers with their ids in that order. Each is stored once or not at all:
   * nothing is ever sent twice, but for entries with an idempotency key.
   * Rejects when any entry is not known to be stored; `details.ids` then holds the ids, `""` for those.
   */
  append(requests: readonly AppendRequest[]): Promise<string[]>;

  /** Reads what follows an id (exclusive) in each of several streams. Streams with nothing new are left out. */
  read(after: ReadonlyMap<string, string>, options: ReadOptions): Promise<StreamPage[]>;

  /** Reads part of one stream. */
  range(request: RangeRequest): Promise<StreamEntry[]>;

  /** Where streams stand, in the order asked for. */
  states(eventTypes: readonly string[]): Promise<StreamState[]>;

  /**
   * The event types that have a stream, in no particular order. `thorough` also finds streams that another program made
   * without this package and may take time in proportion to the size of the store. A store lists all there are; a transport
   * leaves out those that begin with `attune:`, which are of a feature's inner workings.
   */
  list(options: { readonly thorough: boolean }): Promise<string[]>;

  /** Removes all but the newest `maxLength` entries, exactly. Answers how many went. */
  trim(eventType: string, maxLength: number): Promise<number>;

  /** Removes all entries older than this id, exactly. Answers how many went. */
  trimBefore(eventType: string, id: string): Promise<number>;

  /** Removes a stream, and its groups. Answers whether there was one. What is published afterwards is a new stream: ordinals start at 1. */
  delete(eventType: string): Promise<boolean>;
}
