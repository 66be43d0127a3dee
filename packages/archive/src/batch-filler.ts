/** Fills batches from a follower: by count, bytes and time. What is not asked for stays with the follower, then in the stream. */
import type { Batch, Clock, Cursor, Follower, Gap } from "@attune/transport";
import type { BatchLimits } from "./archive-options.ts";
import type { ArchiveRow } from "./sink.ts";

export interface FilledBatch {
  readonly rows: readonly ArchiveRow[];
  /** Of the data. */
  readonly bytes: number;
  /** After the last of the rows. */
  readonly cursor: Cursor;
  /** What was missing before some of them. */
  readonly gaps: readonly Gap[];
}

export class BatchFiller {
  readonly #follower: Follower<ArchiveRow>;
  readonly #clock: Clock;
  readonly #limits: BatchLimits;
  /** A page of which a part did not fit. */
  #page: Batch<ArchiveRow> | undefined;
  #index = 0;
  #rows: ArchiveRow[] = [];
  #ended = false;

  constructor(follower: Follower<ArchiveRow>, clock: Clock, limits: BatchLimits) {
    this.#follower = follower;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** What is in the batch that is being filled. */
  get rows(): readonly ArchiveRow[] {
    return this.#rows;
  }

  /** Nothing will come any more: the follower was closed, with its transport perhaps. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The next batch. `undefined`: nothing came within `idleMs`, or before `ending` aborted; after that it gives what it has, and then
   * nothing more.
   */
  async next(ending: AbortSignal, idleMs: number): Promise<FilledBatch | undefined> {
    const { count, bytes: maxBytes, waitMs } = this.#limits;
    const rows: ArchiveRow[] = [];
    this.#rows = rows;
    const gaps: Gap[] = [];
    let bytes = 0;
    let full = false;
    let wait: Wait = new Wait(this.#clock, idleMs, ending);
    try {
      while (!full) {
        if (!this.#page) {
          if (ending.aborted) break;
          const page = await this.#follower.next(wait.signal);
          if (!page) {
            this.#ended = !wait.signal.aborted;
            break;
          }
          gaps.push(...page.gaps);
          this.#page = page;
          this.#index = 0;
        }
        if (rows.length === 0) {
          wait.end();
          wait = new Wait(this.#clock, waitMs, ending);
        }
        const { items } = this.#page;
        while (this.#index < items.length && !full) {
          const row = items[this.#index]!;
          const size = Buffer.byteLength(row.data);
          // One that alone is larger than a batch is a batch.
          if (rows.length > 0 && bytes + size > maxBytes) {
            full = true;
            break;
          }
          rows.push(row);
          bytes += size;
          this.#index++;
          full = rows.length >= count || bytes >= maxBytes;
        }
        if (this.#index > 0) this.#follower.passed(this.#page, this.#index - 1);
        if (this.#index === items.length) this.#page = undefined;
      }
    } finally {
      wait.end();
      this.#rows = [];
    }
    if (rows.length === 0) return undefined;
    return { rows, bytes, cursor: this.#follower.cursor, gaps };
  }
}

/** Aborts after a time, or with another signal. */
class Wait {
  readonly signal: AbortSignal;
  readonly #end: () => void;

  constructor(clock: Clock, ms: number, ending: AbortSignal) {
    const over = new AbortController();
    this.signal = over.signal;
    const abort = () => over.abort();
    if (ending.aborted) abort();
    ending.addEventListener("abort", abort, { once: true });
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimer(abort, ms);
    this.#end = () => {
      timer?.clear();
      ending.removeEventListener("abort", abort);
    };
  }

  end(): void {
    this.#end();
  }
}
