/** Streams of other programs' making whose names no event type can have: one of them must not keep the others from being read. */
import { checkEventType } from "./arguments.ts";
import type { Logger } from "./logger.ts";

export class ForeignNames {
  readonly #logger: Logger;
  #told = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Says so, once, when it comes upon the first one. */
  has(name: string): boolean {
    try {
      checkEventType(name);
      return false;
    } catch (error) {
      if (!this.#told) {
        const { message } = error as Error;
        this.#logger.warn(
          `attune: a stream in the store has a name that no event type can have, and is left out: ${JSON.stringify(name.slice(0, 60))}. ${message}`,
        );
      }
      this.#told = true;
      return true;
    }
  }
}
