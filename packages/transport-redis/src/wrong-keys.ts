/**
 * Keys that lie where a stream belongs but are something else (somebody set a text there): XREAD refuses all streams
 * because of one, so they are found and left out for a while.
 */
import { type AdapterHost, sleep } from "@attune/transport";
import type { Redis } from "ioredis";

const leaveOutMs = 5000;

export class WrongKeys {
  readonly #host: AdapterHost;
  readonly #until = new Map<string, number>();

  constructor(host: AdapterHost) {
    this.#host = host;
  }

  without(keys: string[]): string[] {
    if (this.#until.size === 0) return keys;
    const now = this.#host.clock.monotonic();
    return keys.filter((key) => (this.#until.get(key) ?? 0) <= now);
  }

  /** Finds out which of the keys are no streams, and says so. */
  async find(client: Redis, keys: readonly string[]): Promise<void> {
    const types = await Promise.all(keys.map((key) => client.type(key)));
    const until = this.#host.clock.monotonic() + leaveOutMs;
    keys.forEach((key, index) => {
      const type = types[index];
      if (type === "stream" || type === "none") {
        this.#until.delete(key);
        return;
      }
      if (!this.#until.has(key)) {
        this.#host.logger.warn(
          `attune: the Redis key ${key} is a ${type}, not a stream: it cannot be followed.`,
        );
      }
      this.#until.set(key, until);
    });
  }

  /** Nothing that could be read is left: do not ask again at once. */
  async pause(blockMs: number, interrupt: AbortSignal | undefined): Promise<void> {
    if (blockMs > 0)
      await sleep(this.#host.clock, Math.min(blockMs, leaveOutMs), { signal: interrupt, background: true });
  }
}
