/** The smallest transport that conforms: what the suite is tested with, and a template to start from. */
import { serialize } from "node:v8";
import {
  type AdapterHost,
  type AppendRequest,
  AttuneError,
  type Bell,
  type Capabilities,
  compareIds,
  createTransport,
  type ReadOptions,
  type StreamEntry,
  type StreamPage,
  type StreamStore,
  type Topic,
  type Transport,
  type TransportAdapter,
  type TransportOptions,
} from "@attune/transport";
import { type TinyGroup, tinyGroups } from "./tiny-groups.ts";
import { TinyMailboxState, tinyMailboxes } from "./tiny-mailboxes.ts";
import { type TinyBucket, tinyRecords } from "./tiny-records.ts";

interface TinyStream {
  entries: StreamEntry[];
  added: number;
  lastId: string;
  readonly groups: Map<string, TinyGroup>;
}

/** A store whose spaces transports share, and which can be made unreachable. */
export class TinyStore {
  readonly #spaces = new Map<string, TinySpace>();
  readonly #listeners = new Set<() => void>();
  available = true;

  setAvailable(available: boolean): void {
    this.available = available;
    for (const listener of [...this.#listeners]) listener();
  }

  /** What everything in it would take if it were written down. */
  get bytes(): number {
    return [...this.#spaces.values()].reduce((sum, space) => sum + space.bytes, 0);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  space(prefix: string): TinySpace {
    const known = this.#spaces.get(prefix);
    if (known) return known;
    const space = new TinySpace(this);
    this.#spaces.set(prefix, space);
    return space;
  }
}

export class TinySpace implements Bell {
  readonly streams = new Map<string, TinyStream>();
  readonly dedupe = new Map<string, string>();
  readonly mailboxes = new TinyMailboxState();
  readonly buckets = new Map<string, TinyBucket>();
  readonly #watches = new Set<{ readonly topics: ReadonlySet<Topic>; readonly ring: () => void }>();
  readonly store: TinyStore;
  #lastMs = 0;
  #sequence = 0;
  #tokens = 0;

  constructor(store: TinyStore) {
    this.store = store;
  }

  get bytes(): number {
    return serialize([this.streams, this.dedupe, this.mailboxes, this.buckets]).byteLength;
  }

  ring(topic: Topic): void {
    for (const watch of [...this.#watches]) if (watch.topics.has(topic)) watch.ring();
  }

  watch(topics: readonly Topic[], ring: () => void) {
    const watch = { topics: new Set(topics), ring };
    this.#watches.add(watch);
    return { ready: Promise.resolve(), close: () => void this.#watches.delete(watch) };
  }

  /** The stream, made where there is none. */
  stream(eventType: string): TinyStream {
    let stream = this.streams.get(eventType);
    if (!stream) {
      stream = { entries: [], added: 0, lastId: "0-0", groups: new Map() };
      this.streams.set(eventType, stream);
      this.ring("streams");
    }
    return stream;
  }

  nextToken(): string {
    return `${++this.#tokens}`;
  }

  nextId(): string {
    const now = Date.now();
    this.#sequence = now > this.#lastMs ? 0 : this.#sequence + 1;
    this.#lastMs = Math.max(now, this.#lastMs);
    return `${this.#lastMs}-${this.#sequence}`;
  }

  check(): void {
    if (!this.store.available)
      throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The tiny store is away.");
  }
}

/** The streams facet; with `blockingRead`, reads wait. */
function tinyStreams(space: TinySpace, capabilities: Capabilities, closed: AbortSignal): StreamStore {
  const { streams, dedupe } = space;
  const entriesOf = (eventType: string) => streams.get(eventType)?.entries ?? [];

  const appendOne = (request: AppendRequest): string => {
    const { eventType, timestamp, data, source, maxLength, idempotencyKey } = request;
    const dedupeKey = idempotencyKey === undefined ? undefined : JSON.stringify([eventType, idempotencyKey]);
    const known = dedupeKey === undefined ? undefined : dedupe.get(dedupeKey);
    if (known !== undefined) return known;
    const stream = space.stream(eventType);
    const id = space.nextId();
    stream.entries.push({ id, eventType, timestamp, data, source });
    stream.entries = stream.entries.slice(-maxLength);
    stream.added++;
    stream.lastId = id;
    if (dedupeKey !== undefined) dedupe.set(dedupeKey, id);
    return id;
  };

  const readNow = (after: ReadonlyMap<string, string>, count: number): StreamPage[] => {
    space.check();
    const pages: StreamPage[] = [];
    for (const [eventType, id] of after) {
      const all = entriesOf(eventType);
      const first = all.findIndex((entry) => compareIds(entry.id, id) > 0);
      if (first < 0) continue;
      const firstOrdinal = streams.get(eventType)!.added - all.length + first + 1;
      pages.push({
        eventType,
        entries: all.slice(first, first + count),
        firstOrdinal: capabilities.exactGaps ? firstOrdinal : null,
        oldestId: all[0]!.id,
      });
    }
    return pages;
  };

  return {
    async append(requests) {
      space.check();
      const ids = requests.map(appendOne);
      for (const { eventType } of requests) space.ring(`stream:${eventType}`);
      return ids;
    },

    async read(after: ReadonlyMap<string, string>, { count, blockMs, interrupt }: ReadOptions) {
      const pages = readNow(after, count);
      if (pages.length > 0 || blockMs === 0 || !capabilities.blockingRead) return pages;
      await untilRung(space, [...after.keys()], blockMs, [closed, ...(interrupt ? [interrupt] : [])]);
      return readNow(after, count);
    },

    async range({ eventType, fromId, toId, count, newestFirst }) {
      space.check();
      const all = entriesOf(eventType).filter(
        ({ id }) =>
          (fromId === undefined || compareIds(id, fromId) >= 0) &&
          (toId === undefined || compareIds(id, toId) <= 0),
      );
      return newestFirst ? all.reverse().slice(0, count) : all.slice(0, count);
    },

    async states(eventTypes) {
      space.check();
      return eventTypes.map((eventType) => {
        const { entries, added, lastId } = streams.get(eventType) ?? { entries: [], added: 0, lastId: "0-0" };
        return {
          eventType,
          length: entries.length,
          added: capabilities.exactGaps ? added : null,
          oldestId: entries[0]?.id ?? null,
          lastId,
          bytes: null,
        };
      });
    },

    async list() {
      space.check();
      return [...streams.keys()];
    },

    async trim(eventType, maxLength) {
      space.check();
      return entriesOf(eventType).splice(0, Math.max(0, entriesOf(eventType).length - maxLength)).length;
    },

    async trimBefore(eventType, id) {
      space.check();
      const older = entriesOf(eventType).filter((entry) => compareIds(entry.id, id) < 0);
      return entriesOf(eventType).splice(0, older.length).length;
    },

    async delete(eventType) {
      space.check();
      return streams.delete(eventType);
    },
  };
}

/** Resolves with the first ring, after `ms`, or when a signal aborts. */
function untilRung(
  space: TinySpace,
  types: readonly string[],
  ms: number,
  signals: AbortSignal[],
): Promise<void> {
  return new Promise((resolve) => {
    const end = AbortSignal.any(signals);
    if (end.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      watch.close();
      end.removeEventListener("abort", done);
      resolve();
    };
    const watch = space.watch(
      types.map((type): Topic => `stream:${type}`),
      done,
    );
    const timer = setTimeout(done, ms).unref();
    end.addEventListener("abort", done);
  });
}

/** What may be done to an adapter before it becomes a transport. */
export type Alter = (adapter: TransportAdapter, host: AdapterHost, space: TinySpace) => TransportAdapter;

/** Opens a transport on a tiny store, altered if a test wants it broken. */
export function openTiny(
  store: TinyStore,
  capabilities: Capabilities,
  options?: TransportOptions,
  alter: Alter = (adapter) => adapter,
): Promise<Transport> {
  return createTransport((host) => {
    const closing = new AbortController();
    const space = store.space(host.prefix);
    const stop = store.onChange(() => host.setAvailable(store.available));
    const adapter: TransportAdapter = {
      name: "tiny",
      location: "tiny:",
      capabilities,
      streams: tinyStreams(space, capabilities, closing.signal),
      groups: tinyGroups(space),
      mailboxes: tinyMailboxes(space),
      records: tinyRecords(space),
      bell: space,
      info: async () => {
        space.check();
        return { product: "tiny", version: null, bytes: store.bytes };
      },
      opened: async () => host.setAvailable(store.available),
      close: async () => {
        closing.abort();
        stop();
      },
    };
    return alter(adapter, host, space);
  }, options);
}
