/**
 * A follower: one consumer's way through its streams. It fixes its position, reads by itself until it has caught up,
 * then shares the tail reader, and falls back to reading by itself whenever it lags or the store was away.
 */
import type { StreamState } from "../contract/streams.ts";
import { AttuneError } from "../errors.ts";
import { type Cursor, parseCursor, toCursor } from "./cursor.ts";
import type { EventTypeDirectory } from "./event-type-directory.ts";
import type { FollowHost } from "./follow-host.ts";
import { type Batch, Inbox } from "./inbox.ts";
import { OwnReader } from "./own-reader.ts";
import { beginningOfNewStream, newestPosition, oldestPosition, type Position } from "./position.ts";
import { RetryPause } from "./retry-read.ts";
import type { Decode, SharedPage } from "./shared-page.ts";
import { StreamPositions } from "./stream-positions.ts";
import type { TailFollower, TailReader } from "./tail-reader.ts";

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
  readonly positions: ReadonlyMap<string, Position>;

  readonly #host: FollowHost;
  readonly #tail: TailReader;
  readonly #directory: EventTypeDirectory;
  readonly #request: FollowRequest<T>;
  readonly #from: "now" | "beginning" | Map<string, Position>;
  readonly #ownReader: OwnReader;
  readonly #inbox: Inbox<T>;
  readonly #streams = new StreamPositions();
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
    this.positions = this.#streams.all;
    this.#ownReader = new OwnReader(host.streams, tail, this.positions, request.count);
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
    this.#streams.startAt(eventType, position);
    this.#inbox.startAt(eventType, position);
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
      this.#streams.verify(state);
    }
  }

  /** Reads by itself until it can share the tail reader. */
  async #catchUp(): Promise<void> {
    const closing = this.#closing.signal;
    let reading = this.#ownReader.start();
    while (!closing.aborted) {
      const { pages, tailBefore, count } = await reading;
      let full = false;
      for (const page of pages) {
        full ||= page.entries.length >= count;
        while (!this.hasRoom(page) && !closing.aborted) await this.#untilWoken();
        if (closing.aborted) return;
        this.#enqueue(page);
        // The next read is under way while the consumer works on this one.
        if (full && page === pages.at(-1)) reading = this.#ownReader.start();
      }
      if (full) continue;
      this.#streams.passGone(tailBefore);
      if (this.#tail.join(this)) {
        this.#sharing = true;
        return;
      }
      reading = this.#ownReader.start();
    }
  }

  #enqueue(page: SharedPage): void {
    const arrival = this.#streams.arrive(page);
    if (!arrival) return;
    let decoded: readonly T[];
    try {
      decoded = page.decoded(this.#request.decode);
    } catch (error) {
      // Whoever wrote `decode` gets its error from `next`; nobody else is concerned.
      this.#end({ error });
      return;
    }
    const { eventType, entries } = page;
    const { skip, firstOrdinal, gaps } = arrival;
    const items = skip === 0 ? decoded : decoded.slice(skip);
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
