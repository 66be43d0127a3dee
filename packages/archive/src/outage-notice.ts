/** One warning per outage, and one when it is over. */
import type { AttuneError, Logger } from "@attune/transport";

export class OutageNotice {
  readonly #who: string;
  readonly #location: string;
  readonly #logger: Logger;
  #open = false;

  constructor(who: string, location: string, logger: Logger) {
    this.#who = who;
    this.#location = location;
    this.#logger = logger;
  }

  failed(error: AttuneError): void {
    if (this.#open) return;
    this.#open = true;
    this.#logger.warn(`attune: ${this.#who}: ${error.message} Events wait until it works again.`);
  }

  worked(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#logger.warn(`attune: ${this.#who}: the sink at ${this.#location} works again.`);
  }
}
