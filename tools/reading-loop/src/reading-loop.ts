/** Reads again and again: never twice at once, and a slow store less often. */

export interface ReadingLoopOptions {
  /** Must not throw. */
  readonly read: () => Promise<void>;
  /** From one start to the next, unless reading takes longer. */
  readonly intervalMs: number;
  /** Between two reads lies at least so many times what the first of them took. */
  readonly rest: number;
}

/** However often it is asked to hurry. */
const leastGapMs = 50;

export class ReadingLoop {
  readonly #options: ReadingLoopOptions;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #hurried = false;
  #closed = false;
  /** Not before. */
  #earliest = 0;

  /** Begins at once. */
  constructor(options: ReadingLoopOptions) {
    this.#options = options;
    this.#schedule(0);
  }

  /** There is something to see: reads as soon as it may. */
  hurry(): void {
    if (this.#closed || this.#hurried) return;
    this.#hurried = true;
    if (!this.#reading) this.#schedule(this.#earliest);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(at: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), Math.max(0, at - performance.now()));
  }

  async #run(): Promise<void> {
    const { read, intervalMs, rest } = this.#options;
    this.#reading = true;
    this.#hurried = false;
    const startedAt = performance.now();
    await read();
    const endedAt = performance.now();
    this.#reading = false;
    if (this.#closed) return;
    this.#earliest = endedAt + Math.max(leastGapMs, rest * (endedAt - startedAt));
    this.#schedule(this.#hurried ? this.#earliest : Math.max(startedAt + intervalMs, this.#earliest));
  }
}
