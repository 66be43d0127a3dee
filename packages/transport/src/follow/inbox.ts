/** What a follower has read and its consumer has not taken yet, and how far that consumer has got. */
import type { Gap, Position } from "./position.ts";
import type { SharedPage } from "./shared-page.ts";
import { pageSize } from "./tail-reader.ts";

/** Characters of data that are queued at most, but for one batch. */
const maxWeight = 16 * 1024 * 1024;

/** Consecutive entries of one stream, with what was missing before them. */
export interface Batch<T> {
  readonly eventType: string;
  readonly items: readonly T[];
  /** The entry id of each item. */
  idAt(index: number): string;
  readonly gaps: readonly Gap[];
  /** @internal */
  readonly firstOrdinal: number | null;
}

export class Inbox<T> {
  readonly #onTaken: () => void;
  readonly #queue: { readonly batch: Batch<T>; readonly weight: number }[] = [];
  #queued = 0;
  #queuedWeight = 0;
  /** Wakes who waits in `next`: something came, or it is over. */
  readonly #waiting = new Set<() => void>();
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  /** Up to where the consumer has passed. */
  readonly #passed = new Map<string, Position>();
  /** The batch that the consumer is in, and how far. */
  #current: Batch<T> | undefined;
  #currentIndex = 0;

  /** `onTaken` is called when a batch was taken: there is room again. */
  constructor(onTaken: () => void) {
    this.#onTaken = onTaken;
  }

  /** Where the consumer stands in each stream. */
  get passedPositions(): ReadonlyMap<string, Position> {
    this.#settlePassed();
    return this.#passed;
  }

  /** One batch may be over the limits, so that one of any size finds room once everything has been taken. */
  hasRoom({ entries, weight }: SharedPage): boolean {
    return (
      this.#queued === 0 ||
      (this.#queued + entries.length <= pageSize && this.#queuedWeight + weight <= maxWeight)
    );
  }

  startAt(eventType: string, position: Position): void {
    this.#passed.set(eventType, position);
  }

  put(batch: Batch<T>, weight: number): void {
    this.#queue.push({ batch, weight });
    this.#queued += batch.items.length;
    this.#queuedWeight += weight;
    this.#wake();
  }

  /** The next batch; `null` at the end, or when nothing came before the signal aborted. Throws what it ended with. */
  async next(signal?: AbortSignal): Promise<Batch<T> | null> {
    for (;;) {
      const first = this.#queue.shift();
      if (first) {
        this.#queued -= first.batch.items.length;
        this.#queuedWeight -= first.weight;
        this.#onTaken();
        return first.batch;
      }
      if (this.#failure) throw this.#failure.error;
      if (this.#ended || signal?.aborted) return null;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal?.removeEventListener("abort", wake);
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
        signal?.addEventListener("abort", wake, { once: true });
      });
    }
  }

  /** Notes that the consumer has got the item at this index. */
  pass(batch: Batch<T>, index: number): void {
    // Called for every event: the position itself is only made when somebody wants it.
    if (this.#current !== batch) this.#settlePassed();
    this.#current = batch;
    this.#currentIndex = index;
  }

  /** What is queued is dropped. */
  discard(): void {
    this.#queue.length = 0;
    this.#queued = 0;
    this.#queuedWeight = 0;
  }

  /** Nothing comes any more; what is queued can still be taken, then `next` throws the failure if there is one. */
  end(failure?: { readonly error: unknown }): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#wake();
  }

  #settlePassed(): void {
    const batch = this.#current;
    if (!batch) return;
    this.#passed.set(batch.eventType, {
      id: batch.idAt(this.#currentIndex),
      ordinal: batch.firstOrdinal === null ? null : batch.firstOrdinal + this.#currentIndex,
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
