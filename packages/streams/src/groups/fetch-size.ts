/**
 * How many entries to fetch at a time. Quick handlers are given pages, read ahead; a slow one, that works for seconds or
 * minutes on each, gets just what it has hands for, so that the rest stays for other consumers.
 */

/** As many as are fetched at a time were begun sooner than this: too few. */
const quickMs = 50;
/** They took longer: too many. */
const slowMs = 200;

export class FetchSize {
  readonly #least: number;
  readonly #most: number;
  #size: number;
  /** Since when it is counted, by full fetches only: what brought less says nothing about the handlers. */
  #since = Number.NaN;
  /** How many were fetched since then. */
  #fetched = 0;

  constructor(concurrency: number, count: number) {
    this.#least = Math.min(concurrency, count);
    this.#most = count;
    this.#size = this.#least;
  }

  /** How many to ask for now, with so many fetched and not yet begun, and so many hands idle. 0: none. */
  wanted(waiting: number, idleHands: number, now: number): number {
    if (!this.isDue(waiting, idleHands)) return 0;
    // Judged once as many as the size were begun: several slow hands that end one after the other come back quickly too.
    if (this.#fetched - waiting >= this.#size) {
      const took = now - this.#since;
      if (took < quickMs) this.#size = Math.min(this.#most, this.#size * 4);
      else if (took > slowMs) this.#size = Math.max(this.#least, this.#size >> 1);
      this.#fetched = waiting;
      this.#since = now;
    }
    return this.#size > this.#least ? this.#size : idleHands - waiting;
  }

  /** Nobody has begun anything for long: what is fetched is not wanted, and more even less. */
  stuck(): void {
    this.#size = this.#least;
    this.#countAnew();
  }

  fetched(wanted: number, got: number, now: number): void {
    if (got < wanted) {
      this.#size = Math.max(this.#least, Math.min(this.#size, got * 2));
      this.#countAnew();
      return;
    }
    if (Number.isNaN(this.#since)) this.#since = now;
    this.#fetched += got;
  }

  /** Whether it is time to ask: a page ahead for quick handlers, else when there are hands for it. */
  isDue(waiting: number, idleHands: number): boolean {
    return this.#size > this.#least ? waiting <= this.#size : idleHands > waiting;
  }

  #countAnew(): void {
    this.#fetched = 0;
    this.#since = Number.NaN;
  }
}
