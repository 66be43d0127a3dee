/**
 * The shared tail reader: one per transport, however many followers. It reads what is new in every stream that anybody
 * follows, once, and hands the same page to each follower that is at the tail. It never waits for a follower: one whose
 * queue is full drops out, reads for itself from its own position, and joins again when it has caught up.
 */
import type { Topic } from "../contract/bell.ts";
import type { StreamPage } from "../contract/streams.ts";
import { AttuneError } from "../errors.ts";
import { compareIds } from "../ids.ts";
import { waitFor } from "../wait-for.ts";
import type { FollowHost } from "./follow-host.ts";
import { arriveAt, type Position } from "./position.ts";
import { RetryPause } from "./retry-read.ts";
import { SharedPage } from "./shared-page.ts";

/** Entries per page. */
export const pageSize = 1000;

/** A follower as the reader sees it. */
export interface TailFollower {
  readonly blockMs: number;
  /** Where it stands in each stream it follows. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Whether it could take this page now. */
  hasRoom(page: SharedPage): boolean;
  /** Takes a page, or says `false`: it then has dropped out. */
  offer(page: SharedPage): boolean;
  /** Takes it out of the sharing, so that it checks and reads for itself. */
  dropOut(): void;
}

interface Tail {
  position: Position;
  readonly followers: Set<TailFollower>;
}

export class TailReader {
  readonly #host: FollowHost;
  readonly #tails = new Map<string, Tail>();
  readonly #followers = new Set<TailFollower>();
  #running = false;
  #closed = false;
  readonly #pause: RetryPause;
  /** The pause after a read that failed; whoever joins meanwhile waits for it too. */
  #pausing: Promise<void> | undefined;
  readonly #ended = new AbortController();
  /** When it was last made sure that no stream was lost. */
  #verifiedAt = 0;
  /** Aborted when the set of streams changes, so that a waiting read starts anew. */
  #changed = new AbortController();

  constructor(host: FollowHost) {
    this.#host = host;
    this.#pause = new RetryPause(host);
  }

  /** Where the reader stands in a stream that it reads. */
  positionOf(eventType: string): Position | undefined {
    return this.#tails.get(eventType)?.position;
  }

  /** Shares the reading with a follower, unless the reader is already past one of its positions. */
  join(follower: TailFollower): boolean {
    if (this.#closed) throw new AttuneError("ATTUNE_TRANSPORT_CLOSED", "The transport was closed.");
    for (const [eventType, position] of follower.positions) {
      const tail = this.#tails.get(eventType);
      if (tail && compareIds(tail.position.id, position.id) > 0) return false;
    }
    this.#followers.add(follower);
    for (const eventType of follower.positions.keys()) this.#attach(follower, eventType);
    this.#run();
    return true;
  }

  /** Follows one more stream for a follower that shares already. False: it has to catch up by itself first. */
  extend(follower: TailFollower, eventType: string): boolean {
    const tail = this.#tails.get(eventType);
    const position = follower.positions.get(eventType)!;
    if (tail && compareIds(tail.position.id, position.id) > 0) return false;
    this.#attach(follower, eventType);
    this.#run();
    return true;
  }

  leave(follower: TailFollower): void {
    if (!this.#followers.delete(follower)) return;
    for (const eventType of follower.positions.keys()) {
      const tail = this.#tails.get(eventType);
      tail?.followers.delete(follower);
      if (tail?.followers.size === 0) this.#tails.delete(eventType);
    }
    // A read for streams that nobody follows any more would only hold the connection.
    if (this.#tails.size === 0) this.#changed.abort();
  }

  close(): void {
    this.#closed = true;
    this.#ended.abort();
    // Each follower has to find out, or it would wait here for ever.
    this.#dropAll();
    this.#changed.abort();
  }

  #attach(follower: TailFollower, eventType: string): void {
    const tail = this.#tails.get(eventType);
    if (tail) {
      tail.followers.add(follower);
    } else {
      this.#tails.set(eventType, {
        position: follower.positions.get(eventType)!,
        followers: new Set([follower]),
      });
      this.#changed.abort();
    }
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#loop().finally(() => {
      this.#running = false;
      if (this.#tails.size > 0) this.#run();
    });
  }

  async #loop(): Promise<void> {
    await this.#pausing;
    let reading: Promise<Reading> | undefined;
    while (this.#tails.size > 0) {
      let result: Reading;
      try {
        result = await (reading ?? this.#startRead());
        reading = undefined;
        this.#pause.succeeded();
      } catch (error) {
        reading = undefined;
        // After an outage streams may have been lost or cut short: every follower checks that for itself.
        this.#dropAll();
        this.#pausing = this.#pause.afterFailure(error, this.#ended.signal);
        await this.#pausing;
        continue;
      }
      // Busy streams must not hide what happened to a quiet one.
      const idle = result.pages.length === 0 && !result.interrupted;
      if (idle || this.#host.clock.monotonic() - this.#verifiedAt > this.#blockMs()) await this.#verify();
      if (result.pages.length === 0) continue;
      const deliveries = this.#advance(result);
      // The next page is on its way while this one is handed out.
      reading = this.#startRead();
      reading.catch(() => {}); // awaited, and handled, at the top of the loop
      // Two pages may arrive in one piece, before anybody had a chance to work on the first: one turn for those who
      // are merely about to, so that they do not all drop out and read the same by themselves.
      if (deliveries.some(({ page, followers }) => followers.some((one) => !one.hasRoom(page)))) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const { page, followers } of deliveries) {
        for (const follower of followers) {
          if (this.#followers.has(follower) && !follower.offer(page)) this.leave(follower);
        }
      }
    }
  }

  /** Moves the tails past what was read, and notes who was at each tail before: they get the page. */
  #advance({ pages, tails }: Reading): { page: SharedPage; followers: TailFollower[] }[] {
    const deliveries = [];
    for (const page of pages) {
      const tail = tails.get(page.eventType);
      // A stream that everybody left, and somebody joined again, has another tail by now.
      if (!tail || this.#tails.get(page.eventType) !== tail) continue;
      const { firstOrdinal } = arriveAt(tail.position, page);
      const { entries } = page;
      tail.position = {
        id: entries[entries.length - 1]!.id,
        ordinal: firstOrdinal === null ? null : firstOrdinal + entries.length - 1,
      };
      deliveries.push({ page: new SharedPage(page), followers: [...tail.followers] });
    }
    return deliveries;
  }

  async #startRead(): Promise<Reading> {
    if (this.#changed.signal.aborted) this.#changed = new AbortController();
    const interrupt = this.#changed.signal;
    const tails = new Map(this.#tails);
    const after = new Map<string, string>();
    for (const [eventType, tail] of tails) after.set(eventType, tail.position.id);
    const pages = await this.#read(after, this.#blockMs(), interrupt);
    return { pages, tails, interrupted: interrupt.aborted };
  }

  /** The shortest that any follower asked for. */
  #blockMs(): number {
    let blockMs = Number.POSITIVE_INFINITY;
    for (const follower of this.#followers) blockMs = Math.min(blockMs, follower.blockMs);
    return Number.isFinite(blockMs) ? blockMs : 0;
  }

  async #read(after: Map<string, string>, blockMs: number, interrupt: AbortSignal): Promise<StreamPage[]> {
    const { streams, bell, capabilities, clock } = this.#host;
    if (after.size === 0) return [];
    if (capabilities.blockingRead) return streams.read(after, { count: pageSize, blockMs, interrupt });
    const pages = await waitFor({
      bell,
      clock,
      topics: [...after.keys()].map((eventType): Topic => `stream:${eventType}`),
      look: async () => {
        const found = await streams.read(after, { count: pageSize, blockMs: 0 });
        return found.length > 0 ? found : undefined;
      },
      timeoutMs: blockMs,
      signal: interrupt,
      // Whoever waits for an event keeps the process alive; reading ahead for nobody does not.
      background: true,
    });
    return pages ?? [];
  }

  /** Nothing came for a while: make sure that the streams have not been lost under the readers. */
  async #verify(): Promise<void> {
    const tails = new Map(this.#tails);
    if (tails.size === 0) return;
    this.#verifiedAt = this.#host.clock.monotonic();
    try {
      for (const state of await this.#host.streams.states([...tails.keys()])) {
        const tail = this.#tails.get(state.eventType);
        if (!tail || tail !== tails.get(state.eventType)) continue;
        if (compareIds(state.lastId, tail.position.id) >= 0) continue;
        for (const follower of [...tail.followers]) {
          this.leave(follower);
          follower.dropOut();
        }
      }
    } catch {
      // The next read meets the same store, and its failure is handled there.
    }
  }

  #dropAll(): void {
    for (const follower of [...this.#followers]) {
      this.leave(follower);
      follower.dropOut();
    }
  }
}

interface Reading {
  readonly pages: readonly StreamPage[];
  /** The tails as they were when the read started. */
  readonly tails: ReadonlyMap<string, Tail>;
  readonly interrupted: boolean;
}
