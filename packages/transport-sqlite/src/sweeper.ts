/** Sweeps beside writing, and now and then while nobody writes. */
import type { AdapterHost, Timer } from "@attune/transport";
import type { Database } from "./database.ts";
import { needsSweeping, sweep } from "./sweep.ts";

/** At most so often after a write; sooner where more is to be done than fits into one transaction. */
const afterWriteMs = 1000;
const goOnMs = 20;
const idleMs = 10_000;

export class Sweeper {
  readonly #host: AdapterHost;
  readonly #database: Database;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #sweeping = false;

  constructor(host: AdapterHost, database: Database) {
    this.#host = host;
    this.#database = database;
    database.listen({
      opened: () => this.#arm(idleMs),
      written: () => this.#arm(afterWriteMs),
      closed: () => this.#disarm(),
    });
  }

  #arm(ms: number): void {
    const { clock } = this.#host;
    const at = clock.monotonic() + ms;
    if (this.#sweeping || this.#timerAt <= at) return;
    this.#timer?.clear();
    this.#timerAt = at;
    this.#timer = clock.setTimer(() => void this.#sweep(), ms, { background: true });
  }

  #disarm(): void {
    this.#timer?.clear();
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  async #sweep(): Promise<void> {
    this.#disarm();
    this.#sweeping = true;
    let more = false;
    try {
      const needed = this.#database.peek((connection) =>
        connection.snapshot(() => needsSweeping(connection)),
      );
      if (needed) more = await this.#database.write(sweep);
    } catch (error) {
      // Full, locked or away: callers are told by their own operations. What is left is swept later.
      this.#host.logger.debug(`attune: sweeping ${this.#database.location} failed: ${String(error)}`);
    }
    this.#sweeping = false;
    if (this.#database.isOpen) this.#arm(more ? goOnMs : idleMs);
  }
}
