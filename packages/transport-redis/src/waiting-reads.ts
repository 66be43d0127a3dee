/**
 * Reads that wait in the server, all on the one reader connection. Normally there is one, the shared tail reader's; when
 * somebody waits beside it they take turns, so that neither holds up the other.
 */
import { type AdapterHost, type ReadOptions, type StreamPage, sleep } from "@attune/transport";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";

/** A blocking read that has not come back so long after its time is on a dead connection. */
const watchdogMs = 1000;
/** A read that has to make way, and has not answered, is told again after so long. */
const unblockAgainMs = 5;
/** How long one waits before it is another's turn. */
const turnMs = 50;

export class WaitingReads {
  readonly #host: AdapterHost;
  readonly #connections: Connections;
  #waiting = 0;

  constructor(host: AdapterHost, connections: Connections) {
    this.#host = host;
    this.#connections = connections;
  }

  /** Runs `read` until it has found something, its time is over, or it is interrupted. */
  async wait(
    { blockMs, interrupt }: ReadOptions,
    read: (client: Redis, blockMs: number) => Promise<StreamPage[]>,
  ): Promise<StreamPage[]> {
    const { clock, operationTimeoutMs } = this.#host;
    if (interrupt?.aborted) return [];
    const client = await this.#connections.reader.whenReady(clock.monotonic() + operationTimeoutMs);
    if (interrupt?.aborted) return [];
    let over = false;
    const end = async () => {
      // Until this read has answered: it may not have reached the server yet, or wait behind another one there.
      while (!over) {
        await this.#connections.unblockReader();
        if (!over) await sleep(clock, unblockAgainMs, { background: true });
      }
    };
    interrupt?.addEventListener("abort", end, { once: true });
    if (++this.#waiting > 1) void this.#connections.unblockReader(); // it is our turn
    try {
      const deadline = clock.monotonic() + blockMs;
      for (let left = blockMs; ; left = deadline - clock.monotonic()) {
        const turn = Math.max(1, Math.ceil(this.#waiting > 1 ? Math.min(left, turnMs) : left));
        const pages = await this.#watched(turn, () => read(client, turn));
        if (pages.length > 0 || interrupt?.aborted || clock.monotonic() >= deadline - 1) return pages;
      }
    } finally {
      over = true;
      this.#waiting--;
      interrupt?.removeEventListener("abort", end);
    }
  }

  async #watched<T>(ms: number, read: () => Promise<T>): Promise<T> {
    const watchdog = this.#host.clock.setTimer(
      () => this.#connections.reader.replace(new Error("a blocking read did not come back")),
      ms + this.#waiting * turnMs + watchdogMs - turnMs,
      { background: !this.#host.keepsProcessAlive },
    );
    try {
      return await read();
    } finally {
      watchdog.clear();
    }
  }
}
