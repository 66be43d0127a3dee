/**
 * A follower: one consumer's way through its streams. It fixes its position, reads by itself until it has caught up,
 * then shares the tail reader, and falls back to reading by itself whenever it lags or the store was away.
 */
import type { StreamPage, StreamState } from "../contract/streams.ts";
import { AttuneError } from "../errors.ts";
import { compareIds } from "../ids.ts";
import { type Cursor, parseCursor, toCursor } from "./cursor.ts";
import type { EventTypeDirectory } from "./event-type-directory.ts";
import type { FollowHost } from "./follow-host.ts";
import { type Batch, Inbox } from "./inbox.ts";
import {
  arriveAt,
  beginningOfNewStream,
  type Gap,
  newestPosition,
  oldestPosition,
  type Position,
  recoverFrom,
} from "./position.ts";
import { RetryPause } from "./retry-read.ts";
import { type Decode, SharedPage } from "./shared-page.ts";
import { pageSize, type TailFollower, type TailReader } from "./tail-reader.ts";

/** Characters of data that a page is meant to have at most. */
const pageWeight = 8 * 1024 * 1024;
/** So many entries are read first: nothing is known of their size. */
const firstReadCount = 100;

export interface FollowRequest<T> {
  /** Which streams; `"all"` includes those created later. */
  readonly eventTypes: readonly string[] | "all";
  readonly from: "now" | "beginning" | Cursor;
  /** Entries per read while catching up. Default 1000, from 1 to 10,000. */
  readonly count?: number;
  /** How long one wait in the store may last before the reader looks again. Default 5000, from 10 to 60,000. */
  readonly blockMs?: number;
  /** What the items are. Followers that pass the same function share its results. */
  readonly decode: Decode<T>;
}

export class Follower<T> implements TailFollower, AsyncDisposable {
  /**
   * Resolves once the position in every stream is fixed: what is published after that is delivered. Waits for the
   * store while it is away. Rejects only when the follower is closed first.
   */
  readonly ready: Promise<void>;
  readonly blockMs: number;
  /** Up to where entries were read and queued. */
  readonly positions = new Map<string, Position>();

  readonly #host: FollowHost;
  readonly #tail: TailReader;
  readonly #directory: EventTypeDirectory;
  readonly #request: FollowRequest<T>;
  readonly #from: "now" | "beginning" | Map<string, Position>;
  readonly #count: number;
  /** How many entries of each stream it reads at a time now. */
  #readCount: number;
  readonly #inbox: Inbox<T>;
  /** A position from before the last doubt, per stream. */
  readonly #anchors = new Map<string, Position>();
  readonly #gaps = new Map<string, Gap[]>();
  #sharing = false;
  readonly #closing = new AbortController();
  /** Wakes the reading: there is room again, or the sharing has ended. */
  #wakeReading: (() => void) | undefined;
  #stopDirectory: (() => void) | undefined;

  constructor(host: FollowHost, tail: TailReader, directory: EventTypeDirectory, request: FollowRequest<T>) {
    this.#host = host;
    this.#tail = tail;
    this.#directory = directory;
    this.#request = request;
    this.#from = typeof request.from === "string" ? request.from : parseCursor(request.from);
    this.#count = request.count ?? pageSize;
    this.#readCount = Math.min(this.#count, firstReadCount);
    this.#inbox = new Inbox(() => this.#wakeReading?.());
    this.blockMs = request.blockMs ?? 5000;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.ready.catch(() => {}); // a consumer need not look at `ready`
    void this.#read(resolve, reject);
  }

  /** Where the consumer stands. Until `ready`, where it will start as far as that is known. */
  get cursor(): Cursor {
    const passed = this.#inbox.passedPositions;
    return toCursor(passed.size > 0 || typeof this.#from === "string" ? passed : this.#from);
  }

  /** The next batch; `null` once closed, or when nothing came before the signal aborted. */
  async next(signal?: AbortSignal): Promise<Batch<T> | null> {
    const release = this.#host.hold();
    try {
      return await this.#inbox.next(signal);
    } finally {
      release();
    }
  }

  /** Notes that the consumer has got the item at this index, so that `cursor` is after it. */
  passed(batch: Batch<T>, index: number): void {
    this.#inbox.pass(batch, index);
  }

  /** Ends it at once: a read that is under way is left to settle by itself, and its result is dropped. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#inbox.discard();
    this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  // What the tail reader calls.

  hasRoom(page: SharedPage): boolean {
    return this.#inbox.hasRoom(page);
  }

  offer(page: SharedPage): boolean {
    if (!this.hasRoom(page)) {
      this.dropOut();
      return false;
    }
    this.#enqueue(page);
    return true;
  }

  dropOut(): void {
    this.#sharing = false;
    this.#wakeReading?.();
  }

  // The reading.

  async #read(ready: () => void, failed: (error: unknown) => void): Promise<void> {
    const closing = this.#closing.signal;
    const pause = new RetryPause(this.#host);
    let fixed = false;
    while (!closing.aborted) {
      try {
        if (fixed) {
          await this.#verify();
        } else {
          await this.#fixPositions();
          if (closing.aborted) break;
          fixed = true;
          ready();
        }
        pause.succeeded();
        await this.#catchUp();
        while (this.#sharing && !closing.aborted) await this.#untilWoken();
      } catch (error) {
        if (closing.aborted) break;
        if (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED") {
          failed(error);
          this.#closing.abort();
          this.#inbox.end();
          break;
        }
        await pause.afterFailure(error, closing);
      }
    }
    failed(new AttuneError("ATTUNE_TRANSPORT_CLOSED", "The consumer was closed before it was ready."));
    this.#stopDirectory?.();
    this.#tail.leave(this);
  }

  async #fixPositions(): Promise<void> {
    const { eventTypes } = this.#request;
    let wanted: readonly string[];
    if (eventTypes === "all") {
      // The directory tells of new types from here on, so that none falls between the listing and the telling.
      this.#stopDirectory ??= this.#directory.watch((eventType) => this.#addStream(eventType));
      wanted = await this.#directory.list();
    } else {
      wanted = [...new Set(eventTypes)];
    }
    const unknown = this.#from instanceof Map ? [] : wanted;
    const states = new Map<string, StreamState>();
    for (const state of await this.#host.streams.states(unknown)) states.set(state.eventType, state);
    for (const eventType of wanted) {
      this.#startAt(eventType, this.#startOf(eventType, states.get(eventType)));
    }
    if (this.#from instanceof Map) await this.#verify();
  }

  #startOf(eventType: string, state: StreamState | undefined): Position {
    // A stream that a saved cursor does not know came into being after the cursor was saved.
    if (this.#from instanceof Map) return this.#from.get(eventType) ?? beginningOfNewStream;
    if (!state) return beginningOfNewStream;
    return this.#from === "now" ? newestPosition(state) : oldestPosition(state);
  }

  #startAt(eventType: string, position: Position): void {
    this.positions.set(eventType, position);
    this.#inbox.startAt(eventType, position);
    this.#anchors.set(eventType, position);
  }

  /** A stream came into being after this follower started: all of it is new. */
  #addStream(eventType: string): void {
    if (this.positions.has(eventType) || this.#closing.signal.aborted) return;
    const known = this.#from instanceof Map ? this.#from.get(eventType) : undefined;
    this.#startAt(eventType, known ?? beginningOfNewStream);
    if (this.#sharing && !this.#tail.extend(this, eventType)) {
      this.#tail.leave(this);
      this.dropOut();
    }
  }

  /** After any doubt (an outage, a resumed cursor): did the store lose something that this follower had passed? */
  async #verify(): Promise<void> {
    for (const state of await this.#host.streams.states([...this.positions.keys()])) {
      const { eventType } = state;
      const position = this.positions.get(eventType);
      if (!position) continue;
      const recovery = recoverFrom(position, this.#anchors.get(eventType) ?? position, state);
      if (recovery) {
        this.positions.set(eventType, recovery.position);
        this.#gaps.set(eventType, [...(this.#gaps.get(eventType) ?? []), recovery.gap]);
      }
      this.#anchors.set(eventType, this.positions.get(eventType)!);
    }
  }

  /** Reads by itself until it can share the tail reader. */
  async #catchUp(): Promise<void> {
    const closing = this.#closing.signal;
    let reading = this.#startRead();
    while (!closing.aborted) {
      const { pages, tailBefore, count } = await reading;
      let full = false;
      const shared = pages.map((page) => new SharedPage(page));
      this.#adapt(shared);
      for (const page of shared) {
        full ||= page.entries.length >= count;
        while (!this.hasRoom(page) && !closing.aborted) await this.#untilWoken();
        if (closing.aborted) return;
        this.#enqueue(page);
        // The next read is under way while the consumer works on this one.
        if (full && page === shared.at(-1)) {
          reading = this.#startRead();
        }
      }
      if (full) continue;
      this.#passGoneEntries(tailBefore);
      if (this.#tail.join(this)) {
        this.#sharing = true;
        return;
      }
      reading = this.#startRead();
    }
  }

  /** Of large entries fewer are read at a time, so that a page stays within a few megabytes, whatever is in the stream. */
  #adapt(pages: readonly SharedPage[]): void {
    let heaviest = 0;
    for (const { weight, entries } of pages) heaviest = Math.max(heaviest, weight / entries.length);
    if (heaviest > 0) this.#readCount = Math.max(1, Math.min(this.#count, Math.floor(pageWeight / heaviest)));
  }

  /** A read whose failure, should nobody wait for it any more, is nobody's problem. */
  #startRead(): Promise<OwnReading> {
    const reading = this.#readOwn();
    reading.catch(() => {});
    return reading;
  }

  async #readOwn(): Promise<OwnReading> {
    const after = new Map<string, string>();
    const tailBefore = new Map<string, Position>();
    for (const [eventType, { id }] of this.positions) {
      after.set(eventType, id);
      const tail = this.#tail.positionOf(eventType);
      if (tail) tailBefore.set(eventType, tail);
    }
    const count = this.#readCount;
    const pages = after.size === 0 ? [] : await this.#host.streams.read(after, { count, blockMs: 0 });
    return { pages, tailBefore, count };
  }

  /**
   * What the tail reader had passed before our read, and our read did not find, has been trimmed or deleted since:
   * there is nothing left to catch up with up to there.
   */
  #passGoneEntries(tailBefore: ReadonlyMap<string, Position>): void {
    for (const [eventType, tail] of tailBefore) {
      const position = this.positions.get(eventType)!;
      if (compareIds(tail.id, position.id) <= 0) continue;
      const { gap } = arriveAt(position, {
        eventType,
        firstOrdinal: tail.ordinal === null ? null : tail.ordinal + 1,
        oldestId: tail.id,
      });
      // Counted from the tail, a smaller ordinal is no new stream: it is the tail's that lags.
      if (gap?.reason === "trimmed") this.#gaps.set(eventType, [...(this.#gaps.get(eventType) ?? []), gap]);
      this.positions.set(eventType, tail);
    }
  }

  #enqueue(page: SharedPage): void {
    const { eventType } = page;
    const position = this.positions.get(eventType);
    if (!position) return;
    // The tail reader may be behind a follower that read further by itself.
    let skip = 0;
    while (skip < page.entries.length && compareIds(page.entries[skip]!.id, position.id) <= 0) skip++;
    if (skip === page.entries.length) return;
    const { gap, firstOrdinal } = arriveAt(position, {
      eventType,
      firstOrdinal: page.firstOrdinal === null ? null : page.firstOrdinal + skip,
      oldestId: page.oldestId,
    });
    const gaps = this.#gaps.get(eventType) ?? [];
    if (gap) gaps.push(gap);
    this.#gaps.delete(eventType);
    let decoded: readonly T[];
    try {
      decoded = page.decoded(this.#request.decode);
    } catch (error) {
      // Whoever wrote `decode` gets its error from `next`; nobody else is concerned.
      this.#end({ error });
      return;
    }
    const items = skip === 0 ? decoded : decoded.slice(skip);
    const { entries } = page;
    this.positions.set(eventType, {
      id: entries[entries.length - 1]!.id,
      ordinal: firstOrdinal === null ? null : firstOrdinal + items.length - 1,
    });
    this.#inbox.put(
      { eventType, items, idAt: (index) => entries[skip + index]!.id, gaps, firstOrdinal },
      page.weight,
    );
  }

  #end(failure?: { readonly error: unknown }): void {
    this.#closing.abort();
    this.#stopDirectory?.();
    this.#tail.leave(this);
    this.#inbox.end(failure);
    this.#wakeReading?.();
  }

  async #untilWoken(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wakeReading = () => {
        this.#wakeReading = undefined;
        resolve();
      };
    });
  }
}

interface OwnReading {
  readonly pages: readonly StreamPage[];
  /** How many entries of each stream it asked for. */
  readonly count: number;
  /** Where the tail reader stood when this read began. */
  readonly tailBefore: ReadonlyMap<string, Position>;
}
