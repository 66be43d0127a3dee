/** Reads a section again and again: often while somebody looks, rarely while nobody does; tells why it failed. */
import { isStoreFailure, type Transport } from "@attune/transport";
import { ReadingLoop } from "@attune-tools/reading-loop";

export interface PacedReadingOptions {
  readonly transport: Transport;
  readonly read: () => Promise<void>;
  /** The store does not answer. */
  readonly onAway?: () => void;
  /** Reading has failed for another reason. */
  readonly onFailure: (error: unknown) => void;
  /** While pages are connected. */
  readonly intervalMs: number;
  /** While none is; `null`: not at all. */
  readonly idleIntervalMs: number | null;
  readonly isWatched: () => boolean;
  /** However often it is hurried, not more often than this. Default: as often as it may. */
  readonly leastMs?: number;
  /** All of these times are divided by it. Default 1. */
  readonly pace?: number;
}

/** Reading takes at most a quarter of the time, however much there is. */
const restPerRead = 3;

export class PacedReading {
  readonly #options: PacedReadingOptions;
  readonly #loop: ReadingLoop;
  readonly #stop: () => void;
  #lastAt = Number.NEGATIVE_INFINITY;
  #hurried = false;
  #late: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PacedReadingOptions) {
    this.#options = atPace(options);
    const { transport, intervalMs } = this.#options;
    this.#loop = new ReadingLoop({ read: () => this.#read(), intervalMs, rest: restPerRead });
    this.#stop = transport.onStatus(() => this.hurry());
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** There may be something new. */
  hurry(): void {
    if (this.#closed) return;
    this.#hurried = true;
    const { leastMs = 0 } = this.#options;
    const early = this.#lastAt + leastMs - performance.now();
    if (early <= 0) {
      this.#loop.hurry();
      return;
    }
    this.#late ??= setTimeout(() => {
      this.#late = undefined;
      this.#loop.hurry();
    }, early);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#late);
    this.#loop.close();
    this.#stop();
  }

  async #read(): Promise<void> {
    const { read, onAway, onFailure } = this.#options;
    if (!this.#isDue()) return;
    this.#hurried = false;
    this.#lastAt = performance.now();
    try {
      await read();
    } catch (error) {
      if (this.#closed) return;
      if (isStoreFailure(error)) onAway?.();
      else onFailure(error);
    }
  }

  #isDue(): boolean {
    const { isWatched, intervalMs, idleIntervalMs, leastMs = 0 } = this.#options;
    const passed = performance.now() - this.#lastAt;
    if (isWatched()) return passed >= Math.max(leastMs, this.#hurried ? 0 : intervalMs - tolerance);
    if (idleIntervalMs === null) return false;
    return this.#hurried
      ? passed >= Math.max(leastMs, intervalMs - tolerance)
      : passed >= idleIntervalMs - tolerance;
  }
}

function atPace({ pace = 1, ...options }: PacedReadingOptions): PacedReadingOptions {
  const { intervalMs, idleIntervalMs, leastMs = 0 } = options;
  return {
    ...options,
    intervalMs: intervalMs / pace,
    idleIntervalMs: idleIntervalMs === null ? null : idleIntervalMs / pace,
    leastMs: leastMs / pace,
  };
}

/** Timers come a little early or late. */
const tolerance = 20;
