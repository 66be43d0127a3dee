/** The memory that transports of one process share, and whether it may currently be used. */
import { AttuneError, type Clock, type StoreInfo, systemClock, type Topic } from "@attune/transport";
import { MemoryBell } from "./bell.ts";
import { MemoryGroups } from "./groups.ts";
import { MemoryMailboxes } from "./mailboxes.ts";
import { MemoryRecords } from "./records.ts";
import { MemoryStreams } from "./streams.ts";

/** What is stored under one prefix. */
export interface MemorySpace {
  readonly bell: MemoryBell;
  readonly streams: MemoryStreams;
  readonly groups: MemoryGroups;
  readonly mailboxes: MemoryMailboxes;
  readonly records: MemoryRecords;
}

export interface MemoryStoreOptions {
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** For people; shows in `transport.location`. Default "". */
  readonly name?: string | undefined;
}

export class MemoryStore {
  readonly name: string;
  readonly #clock: Clock;
  readonly #spaces = new Map<string, MemorySpace>();
  readonly #listeners = new Set<(available: boolean) => void>();
  #available = true;

  constructor({ clock = systemClock, name = "" }: MemoryStoreOptions = {}) {
    this.#clock = clock;
    this.name = name;
  }

  get available(): boolean {
    return this.#available;
  }

  /**
   * Makes every transport on this store see an outage, for tests of what an application does then. The result ends it;
   * what was stored is still there.
   */
  simulateOutage(): () => void {
    this.#setAvailable(false);
    return () => this.#setAvailable(true);
  }

  /** @internal */
  space(prefix: string): MemorySpace {
    const known = this.#spaces.get(prefix);
    if (known) return known;
    const bell = new MemoryBell();
    const host = {
      clock: this.#clock,
      ring: (topic: Topic) => bell.ring(topic),
      assertAvailable: () => this.#assertAvailable(),
    };
    const streams = new MemoryStreams(host);
    const space = {
      bell,
      streams,
      groups: new MemoryGroups(host, streams),
      mailboxes: new MemoryMailboxes(host),
      records: new MemoryRecords(host),
    };
    this.#spaces.set(prefix, space);
    return space;
  }

  /**
   * It has no version but its package's. How much of the process's memory is this store's nobody can say: what an engine
   * needs around a text is its own affair, and the sum of the texts would be taken for the whole.
   * @internal
   */
  info(): StoreInfo {
    this.#assertAvailable();
    return { product: "memory", version: null, bytes: null };
  }

  /** @internal */
  onAvailable(listener: (available: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #assertAvailable(): void {
    if (this.#available) return;
    throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The memory store is in a simulated outage.");
  }

  #setAvailable(available: boolean): void {
    if (this.#available === available) return;
    this.#available = available;
    for (const listener of [...this.#listeners]) listener(available);
  }
}
