/**
 * What fails beside the archiving, and is tried again. An outage passes, and others tell of it; anything else is a mistake that
 * nobody would see: it is told, once for each message.
 */
import { AttuneError, isStoreFailure, type Logger } from "@attune/transport";

export class SideErrors {
  readonly #who: string;
  readonly #logger: Logger;
  readonly #told = new Set<string>();

  constructor(who: string, logger: Logger) {
    this.#who = who;
    this.#logger = logger;
  }

  /** `what` could not be done, as "what the streams hold could not be asked". */
  tell(what: string, error: unknown): void {
    if (isOutage(error)) return;
    const text = `attune: ${this.#who}: ${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (this.#told.has(text)) return;
    // Messages that hold a time, say, are all different.
    if (this.#told.size >= mostTold) this.#told.clear();
    this.#told.add(text);
    this.#logger.error(text);
  }
}

const mostTold = 100;

/** Of the store: it is away, or refuses, or its transport was closed. */
export function isOutage(error: unknown): error is AttuneError {
  return isStoreFailure(error) || (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED");
}
