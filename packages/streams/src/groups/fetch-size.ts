/**
 * How many entries to fetch at a time. Quick handlers are given pages, read ahead; a slow one, that works for seconds or
 * minutes on each, gets just what it has hands for, so that the rest stays for other consumers.
 */

/** A page that was worked off sooner was too small. */
const quickMs = 50;
/** A page that took longer was too large. */
const slowMs = 200;

export class FetchSize {
  readonly #least: number;
  readonly #most: number;
  #size: number;
  #fetchedAt = 0;
  /** Whether the last fetch brought as many as it asked for: else its time says nothing about the handlers. */
  #full = false;

  constructor(concurrency: number, count: number) {
    this.#least = Math.min(concurrency, count);
    this.#most = count;
    this.#size = this.#least;
  }

  /** How many to ask for now, with so many fetched and not yet begun, and so many hands idle. 0: none. */
  wanted(waiting: number, idleHands: number, now: number): number {
    if (!this.isDue(waiting, idleHands)) return 0;
    if (this.#full) {
      this.#full = false;
      const took = now - this.#fetchedAt;
      if (took < quickMs) this.#size = Math.min(this.#most, this.#size * 4);
      else if (took > slowMs) this.#size = Math.max(this.#least, this.#size >> 1);
    }
    return this.#size > this.#least ? this.#size : idleHands - waiting;
  }

  /** Nobody has begun anything for long: what is fetched is not wanted, and more even less. */
  stuck(): void {
    this.#size = this.#least;
    this.#full = false;
  }

  fetched(wanted: number, got: number, now: number): void {
    this.#fetchedAt = now;
    this.#full = got >= wanted;
    if (got < wanted) this.#size = Math.max(this.#least, Math.min(this.#size, got * 2));
  }

  /** Whether it is time to ask: a page ahead for quick handlers, else when there are hands for it. */
  isDue(waiting: number, idleHands: number): boolean {
    return this.#size > this.#least ? waiting <= this.#size : idleHands > waiting;
  }
}
