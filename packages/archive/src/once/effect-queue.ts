/** Effects of one connection run one after the other. */
import { AsyncLocalStorage } from "node:async_hooks";
import { AttuneError } from "@attune/transport";
import { OneAtATime } from "../one-at-a-time.ts";

export class EffectQueue {
  readonly #turns = new OneAtATime();
  readonly #inside = new AsyncLocalStorage<{ running: boolean }>();

  /** Rejects with `ATTUNE_ARGUMENT_INVALID` within an effect of the same connection: it would wait for itself for ever. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside.getStore()?.running) {
      throw new AttuneError(
        "ATTUNE_ARGUMENT_INVALID",
        "An effect cannot wait for another one on its own connection: it has the only transaction.",
      );
    }
    return this.#turns.run(async () => {
      const turn = { running: true };
      try {
        return await this.#inside.run(turn, work);
      } finally {
        turn.running = false;
      }
    });
  }
}
