/** A sleep that a bell may end, but not too early, and that an urgent matter ends at once. */
import { type Clock, sleep } from "@attune/transport";

export class WakeUp {
  readonly #clock: Clock;
  #rung = false;
  #urgent = false;
  #sleeping: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Forgets what has rung so far: to be called before looking. */
  reset(): void {
    this.#rung = false;
    this.#urgent = false;
  }

  ring(): void {
    this.#rung = true;
    this.#sleeping?.abort();
  }

  /** Ends the present or the next sleep at once. */
  hurry(): void {
    this.#urgent = true;
    this.#sleeping?.abort();
  }

  /** Until the time is over; a bell does not end it. */
  sleep(ms: number): Promise<void> {
    return this.rest(ms, ms);
  }

  /** At least `leastMs`, then until it has rung, at most `mostMs`. It keeps the process alive. */
  async rest(leastMs: number, mostMs: number): Promise<void> {
    const startedAt = this.#clock.monotonic();
    for (;;) {
      const leftMs = (this.#rung ? leastMs : mostMs) - (this.#clock.monotonic() - startedAt);
      if (leftMs <= 0 || this.#urgent) return;
      this.#sleeping = new AbortController();
      await sleep(this.#clock, leftMs, { signal: this.#sleeping.signal });
      this.#sleeping = undefined;
    }
  }
}
