/**
 * Wakes a consumer that has nothing to do. It follows the streams from the shared tail reader, but only while the consumer is
 * idle: what comes is not looked at, since the group decides who gets it.
 */
import { type Follower, sleep, type Transport } from "@attune/transport";

/** After a read that brought so many, it is cheaper to look again than to be told. */
const busyEntries = 100;

export interface GroupWakeSetup {
  readonly transport: Transport;
  readonly eventTypes: readonly string[] | "all";
  readonly blockMs: number;
}

export class GroupWake {
  readonly #setup: GroupWakeSetup;
  #follower: Follower<null> | undefined;
  #next: Promise<unknown> | undefined;
  /** The stream that something was added to. */
  #rung: string | undefined;

  constructor(setup: GroupWakeSetup) {
    this.#setup = setup;
  }

  /** Told of every read, to decide whether following pays. */
  saw(entries: number): void {
    if (entries >= busyEntries) this.close();
  }

  /** Resolves when there may be something new, with the stream that it is in; after `ms` at the latest. */
  async wait(ms: number, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return undefined;
    if (!this.#follower) {
      const { transport, eventTypes, blockMs } = this.#setup;
      this.#follower = transport.follow({ eventTypes, from: "now", blockMs, decode });
      // What came between the last look and here was not heard.
      await Promise.race([this.#follower.ready.catch(() => {}), sleep(transport.clock, ms, { signal })]);
      return undefined;
    }
    this.#listen(this.#follower);
    if (this.#rung !== undefined) return this.#heard();
    const waking = new AbortController();
    const wake = () => waking.abort();
    signal.addEventListener("abort", wake, { once: true });
    try {
      await Promise.race([this.#next, sleep(this.#setup.transport.clock, ms, { signal: waking.signal })]);
    } finally {
      waking.abort();
      signal.removeEventListener("abort", wake);
    }
    return this.#heard();
  }

  #heard(): string | undefined {
    const rung = this.#rung;
    this.#rung = undefined;
    return rung;
  }

  close(): void {
    void this.#follower?.close();
    this.#follower = undefined;
    this.#next = undefined;
    this.#rung = undefined;
  }

  #listen(follower: Follower<null>): void {
    if (this.#next) return;
    const next = follower.next().then(
      (batch) => {
        if (this.#next !== next) return;
        this.#next = undefined;
        this.#rung = batch?.eventType;
        // Closed by its transport: the reading of the group meets, and tells, the same.
        if (batch === null) this.close();
      },
      () => this.close(),
    );
    this.#next = next;
  }
}

function decode(): null {
  return null;
}
