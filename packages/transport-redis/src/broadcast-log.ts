/**
 * What this process knows of the broadcasts. They lie in a slot of their own, so no script can look at them and at a
 * mailbox together: a take offers its script what is known here, and reads what is new behind it in the same write.
 */
import type { AdapterHost, MessageSelector } from "@attune/transport";
import type { Redis } from "ioredis";
import type { Connections } from "./connections.ts";
import { cork } from "./cork.ts";
import type { Keys } from "./keys.ts";

export interface Broadcast {
  /** Microseconds of the server's clock, growing. */
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly body: string;
  /** Milliseconds of the server's clock. */
  readonly expiresAt: number;
  /** On our clock, not before the server's time for it is over. */
  readonly forgetAt: number;
}

const pageSize = 1000;

export class BroadcastLog {
  readonly #host: AdapterHost;
  readonly #key: string;
  /** In order. */
  #known: Broadcast[] = [];
  /** With more than so many known, those that have expired are looked for. */
  #forgetBeyond = 100;
  #last = 0;
  #read = false;
  #next: Promise<void> | undefined;

  constructor(host: AdapterHost, connections: Connections, keys: Keys) {
    this.#host = host;
    this.#key = keys.broadcasts;
    // The server may have come back empty, or be another one.
    connections.onCommandsReady(() => {
      this.#known = [];
      this.#last = 0;
      this.#read = false;
    });
  }

  /** Whether the log has been read at all since the connection was made. */
  get isRead(): boolean {
    return this.#read;
  }

  /**
   * What is known that came after `sequence` and that one of the selectors selects, in order. Some may have expired by the
   * server's clock.
   */
  candidates(selectors: readonly MessageSelector[], sequence: number): Broadcast[] {
    if (this.#known.length === 0) return [];
    if (this.#known[0]!.forgetAt <= this.#host.clock.monotonic()) this.#forgetExpired();
    const first = firstAfter(this.#known, sequence);
    return this.#known
      .slice(first)
      .filter(({ type, source }) =>
        selectors.some(
          (selector) =>
            (selector.type === undefined || selector.type === type) &&
            (selector.source === undefined || selector.source === source),
        ),
      );
  }

  /** Reads what is new, behind everything that is sent in this tick. Everybody of a tick shares one reading. */
  readNew(client: Redis): Promise<void> {
    this.#next ??= new Promise<void>((resolve, reject) => {
      process.nextTick(() => {
        this.#next = undefined;
        this.#readPages(client).then(resolve, reject);
      });
    });
    return this.#next;
  }

  /** A broadcast by its sequence, from the server. */
  async find(client: Redis, sequence: number): Promise<Broadcast | undefined> {
    const [entry] = await client.xrange(this.#key, `${sequence}-0`, `${sequence}-0`);
    return entry && this.#toBroadcast(entry);
  }

  async #readPages(client: Redis): Promise<void> {
    for (;;) {
      cork(client);
      const entries = await client.xrange(this.#key, `${this.#last}-1`, "+", "COUNT", pageSize);
      this.#read = true;
      for (const entry of entries) {
        const broadcast = this.#toBroadcast(entry);
        // Two readings may be under way at once.
        if (broadcast.sequence <= this.#last) continue;
        this.#last = broadcast.sequence;
        this.#known.push(broadcast);
      }
      // The first may outlast many that came after it. Not with each reading: it costs as much as there are.
      if (this.#known.length > this.#forgetBeyond) this.#forgetExpired();
      if (entries.length < pageSize) return;
    }
  }

  #forgetExpired(): void {
    const now = this.#host.clock.monotonic();
    this.#known = this.#known.filter(({ forgetAt }) => forgetAt > now);
    this.#forgetBeyond = this.#known.length * 2 + 100;
  }

  #toBroadcast([id, fields]: [id: string, fields: string[]]): Broadcast {
    const field = (name: string) => fields[fields.indexOf(name) + 1]!;
    return {
      sequence: Number(id.slice(0, id.indexOf("-"))),
      id: field("id"),
      type: field("type"),
      source: field("source"),
      body: field("body"),
      expiresAt: Number(field("expires_at")),
      forgetAt: this.#host.clock.monotonic() + Number(field("ttl_ms")),
    };
  }
}

function firstAfter(broadcasts: readonly Broadcast[], sequence: number): number {
  let low = 0;
  let high = broadcasts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (broadcasts[middle]!.sequence > sequence) high = middle;
    else low = middle + 1;
  }
  return low;
}
