/** How many requests look through histories at once: each takes the store, this process and its memory for a while. */
import { DashboardError } from "../dashboard-error.ts";

export interface SearchesOptions {
  /** Those that look. */
  readonly atOnce: number;
  /** Those that wait for their turn; more are refused. */
  readonly waiting: number;
}

export class Searches {
  readonly #options: SearchesOptions;
  readonly #waiting: (() => void)[] = [];
  #looking = 0;

  constructor(options: SearchesOptions) {
    this.#options = options;
  }

  /** In the order in which they come. Rejects with `TOO_MANY_REQUESTS` where too many wait. */
  async run<Found>(search: () => Promise<Found>): Promise<Found> {
    const { atOnce, waiting } = this.#options;
    if (this.#looking < atOnce) this.#looking += 1;
    else if (this.#waiting.length < waiting) await new Promise<void>((turn) => this.#waiting.push(turn));
    else throw new DashboardError("TOO_MANY_REQUESTS", "Too many searches at once: try again in a moment.");
    try {
      return await search();
    } finally {
      // Its place goes to the next one, if there is one.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#looking -= 1;
    }
  }
}
