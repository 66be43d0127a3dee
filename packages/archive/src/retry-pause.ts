/** Pauses between attempts: longer each time, and never the same for two who wait for one thing. */
import { type Clock, sleep } from "@attune/transport";

const firstMs = 100;
const longestMs = 30_000;

export class RetryPause {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Between half of the time and all of it. Ends early when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    const ms = Math.min(longestMs, firstMs * 2 ** Math.min(this.#failures++, 20));
    await sleep(this.#clock, ms * (0.5 + this.#random() / 2), { signal });
  }
}
