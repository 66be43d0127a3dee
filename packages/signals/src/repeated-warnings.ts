/** Warnings of things that happen again and again: each thing is told once a minute, with how often it happened. */
import type { Clock, Logger } from "@attune/transport";

const quietMs = 60_000;
/** Of more things than that the oldest are forgotten, and told again. */
const maxRemembered = 1000;

interface Told {
  readonly at: number;
  untold: number;
}

export class RepeatedWarnings {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Insertion order is age. */
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Tells it, unless the same `what` was told within a minute. */
  warn(what: string, message: string): void {
    const now = this.#clock.monotonic();
    const last = this.#told.get(what);
    if (last && now - last.at < quietMs) {
      last.untold++;
      return;
    }
    this.#told.delete(what);
    for (const oldest of this.#told.keys()) {
      if (this.#told.size < maxRemembered) break;
      this.#told.delete(oldest);
    }
    this.#told.set(what, { at: now, untold: 0 });
    const repeats = last && last.untold > 0 ? ` (${last.untold} more since this was last told.)` : "";
    this.#logger.warn(`attune: CoordinationSignals: ${message}${repeats}`);
  }
}
