/** Keeps a reader going over outages: whatever a read fails with, it is tried again, and nobody has to restart it. */
import { sleep } from "../clock.ts";
import { AttuneError, isStoreFailure } from "../errors.ts";
import type { FollowHost } from "./follow-host.ts";

/** The longest pause between two attempts while the store says that it is there. */
const maxPauseMs = 1000;

export class RetryPause {
  readonly #host: FollowHost;
  #failures = 0;
  #warned = false;

  constructor(host: FollowHost) {
    this.#host = host;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#warned = false;
  }

  /** Waits until another attempt makes sense. */
  async afterFailure(error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED") return;
    const { clock, logger } = this.#host;
    // An outage is told by the transport's status and its warning; anything else has to be told here, once.
    if (!this.#warned && !(isStoreFailure(error) && error.code === "ATTUNE_TRANSPORT_UNAVAILABLE")) {
      this.#warned = true;
      logger.warn(`attune: following events is held up, trying again: ${String(error)}`);
    }
    await this.#host.untilAvailable(signal);
    const pause = Math.min(maxPauseMs, 20 * 2 ** this.#failures++);
    await sleep(clock, pause, { signal, background: true });
  }
}
