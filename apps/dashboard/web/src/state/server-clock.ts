/** How far the server's clock is ahead of this machine's: times of agents and requests are by the clocks of there. */

/** Less may as well be the way of the message, and the time for which it waited. */
const leastMs = 3000;
/** Of so many messages the one that came the quickest counts. */
const kept = 5;

export class ServerClock {
  #offsets: number[] = [];

  /** Milliseconds; 0 where both are about the same. */
  get offsetMs(): number {
    const offset = Math.max(...this.#offsets);
    return Math.abs(offset) >= leastMs && Number.isFinite(offset) ? offset : 0;
  }

  /** The server has just written that it is `iso`. */
  hear(iso: string, now = Date.now()): void {
    const offset = Date.parse(iso) - now;
    if (!Number.isNaN(offset)) this.#offsets = [...this.#offsets, offset].slice(-kept);
  }
}
