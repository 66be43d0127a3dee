/**
 * Watches, from a worker thread, whether the main thread still turns: that one marks the time in shared memory again and
 * again, and a mark that grows old means that its event loop is blocked.
 */

/** How often the main thread marks. */
const markMs = 100;
/** A mark of this age means blocked; less is what garbage collection and busy machines do. */
const blockedAfterMs = 1000;
/** How often the worker looks. */
const lookMs = 250;

/** For the main thread: marks until stopped, and never keeps the process alive. */
export function markMain(): { readonly marks: SharedArrayBuffer; stop(): void } {
  const marks = new SharedArrayBuffer(8);
  const times = new BigInt64Array(marks);
  const mark = () => void Atomics.store(times, 0, process.hrtime.bigint());
  mark();
  const timer = setInterval(mark, markMs).unref();
  return { marks, stop: () => clearInterval(timer) };
}

/** For the worker thread. */
export class MainWatch {
  readonly #times: BigInt64Array;
  readonly #changed: (blocked: boolean) => void;
  readonly #timer: NodeJS.Timeout;
  #lookedAt = performance.now();
  #blocked = false;

  constructor(marks: SharedArrayBuffer, changed: (blocked: boolean) => void) {
    this.#times = new BigInt64Array(marks);
    this.#changed = changed;
    this.#timer = setInterval(() => this.#look(), lookMs).unref();
  }

  /** How long the main thread has been blocked; 0: it is not. Whole milliseconds. */
  get blockedMs(): number {
    return this.#blocked ? Math.round(this.#markAgeMs()) : 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const sinceLookMs = now - this.#lookedAt;
    this.#lookedAt = now;
    // This thread stood still as well (the process was suspended): the main thread gets time to mark first.
    if (sinceLookMs > blockedAfterMs) return;
    const blocked = this.#markAgeMs() > blockedAfterMs;
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.#changed(blocked);
  }

  #markAgeMs(): number {
    return Number(process.hrtime.bigint() - Atomics.load(this.#times, 0)) / 1e6;
  }
}
