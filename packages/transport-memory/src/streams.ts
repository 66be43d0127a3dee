/** Streams as arrays. */
import {
  type AppendRequest,
  beforeFirstId,
  type Clock,
  compareIds,
  type RangeRequest,
  type ReadOptions,
  type StreamEntry,
  type StreamPage,
  type StreamState,
  type StreamStore,
  type Topic,
} from "@attune/transport";

/** How long an idempotency key is remembered. */
const dedupeMs = 120_000;

/** What the streams need from their store. */
interface StreamsHost {
  readonly clock: Clock;
  ring(topic: Topic): void;
  /** Throws while an outage is simulated. */
  assertAvailable(): void;
}

export interface MemoryStream {
  /** Retained entries from index `start` on: removing the oldest one by one from an array would cost its length. */
  entries: StreamEntry[];
  start: number;
  added: number;
  lastId: string;
}

export class MemoryStreams implements StreamStore {
  readonly #host: StreamsHost;
  readonly #streams = new Map<string, MemoryStream>();
  /** By event type and key; insertion order is age, so that the expired ones are always at the front. */
  readonly #dedupe = new Map<string, { readonly id: string; readonly expiresAt: number }>();
  #lastMs = 0;
  #sequence = 0;

  constructor(host: StreamsHost) {
    this.#host = host;
  }

  async append(requests: readonly AppendRequest[]): Promise<string[]> {
    this.#host.assertAvailable();
    const ids = requests.map((request) => this.#append(request));
    for (const eventType of new Set(requests.map((request) => request.eventType)))
      this.#host.ring(`stream:${eventType}`);
    return ids;
  }

  async read(after: ReadonlyMap<string, string>, { count }: ReadOptions): Promise<StreamPage[]> {
    this.#host.assertAvailable();
    const pages: StreamPage[] = [];
    for (const [eventType, id] of after) {
      const stream = this.#streams.get(eventType);
      if (!stream || compareIds(stream.lastId, id) <= 0) continue;
      const first = firstIndexAfter(stream, id);
      const entries = stream.entries.slice(first, first + count);
      if (entries.length === 0) continue;
      pages.push({
        eventType,
        entries,
        firstOrdinal: stream.added - (stream.entries.length - first) + 1,
        oldestId: stream.entries[stream.start]?.id ?? null,
      });
    }
    return pages;
  }

  async range({ eventType, fromId, toId, count, newestFirst }: RangeRequest): Promise<StreamEntry[]> {
    this.#host.assertAvailable();
    const stream = this.#streams.get(eventType);
    if (!stream) return [];
    const first = fromId === undefined ? stream.start : firstIndexAtOrAfter(stream, fromId);
    const end = toId === undefined ? stream.entries.length : firstIndexAfter(stream, toId);
    if (end <= first) return [];
    return newestFirst
      ? stream.entries.slice(Math.max(first, end - count), end).reverse()
      : stream.entries.slice(first, Math.min(end, first + count));
  }

  async states(eventTypes: readonly string[]): Promise<StreamState[]> {
    this.#host.assertAvailable();
    return eventTypes.map((eventType) => {
      const stream = this.#streams.get(eventType);
      return {
        eventType,
        length: stream ? stream.entries.length - stream.start : 0,
        added: stream?.added ?? 0,
        oldestId: stream?.entries[stream.start]?.id ?? null,
        lastId: stream?.lastId ?? beforeFirstId,
        bytes: null,
      };
    });
  }

  async list(): Promise<string[]> {
    this.#host.assertAvailable();
    return [...this.#streams.keys()];
  }

  async trim(eventType: string, maxLength: number): Promise<number> {
    this.#host.assertAvailable();
    const stream = this.#streams.get(eventType);
    return stream ? trim(stream, maxLength) : 0;
  }

  async trimBefore(eventType: string, id: string): Promise<number> {
    this.#host.assertAvailable();
    const stream = this.#streams.get(eventType);
    return stream ? trim(stream, stream.entries.length - firstIndexAtOrAfter(stream, id)) : 0;
  }

  async delete(eventType: string): Promise<boolean> {
    this.#host.assertAvailable();
    return this.#streams.delete(eventType);
  }

  find(eventType: string): MemoryStream | undefined {
    return this.#streams.get(eventType);
  }

  /** The stream, empty where there was none. */
  made(eventType: string): MemoryStream {
    let stream = this.#streams.get(eventType);
    if (!stream) {
      stream = { entries: [], start: 0, added: 0, lastId: beforeFirstId };
      this.#streams.set(eventType, stream);
      this.#host.ring("streams");
    }
    return stream;
  }

  #append({ eventType, timestamp, data, source, maxLength, idempotencyKey }: AppendRequest): string {
    const dedupeKey = idempotencyKey === undefined ? undefined : JSON.stringify([eventType, idempotencyKey]);
    if (dedupeKey !== undefined) {
      this.#forgetExpiredKeys();
      const known = this.#dedupe.get(dedupeKey);
      if (known) return known.id;
    }
    const stream = this.made(eventType);
    const id = this.#nextId();
    stream.entries.push(Object.freeze({ id, eventType, timestamp, data, source }));
    stream.added++;
    stream.lastId = id;
    if (stream.entries.length - stream.start > maxLength) trim(stream, maxLength);
    if (dedupeKey !== undefined) {
      this.#dedupe.set(dedupeKey, { id, expiresAt: this.#host.clock.monotonic() + dedupeMs });
    }
    return id;
  }

  /** Ids grow over all streams, and also while the wall clock stands or goes back. */
  #nextId(): string {
    const now = Math.max(0, Math.floor(this.#host.clock.now()));
    if (now > this.#lastMs) {
      this.#lastMs = now;
      this.#sequence = 0;
    } else {
      this.#sequence++;
    }
    return `${this.#lastMs}-${this.#sequence}`;
  }

  #forgetExpiredKeys(): void {
    const now = this.#host.clock.monotonic();
    for (const [key, { expiresAt }] of this.#dedupe) {
      if (expiresAt > now) return;
      this.#dedupe.delete(key);
    }
  }
}

function trim(stream: MemoryStream, maxLength: number): number {
  const removed = Math.max(0, stream.entries.length - stream.start - maxLength);
  stream.start += removed;
  // Give the memory back once half of the array is gone: each entry is moved once on average.
  if (stream.start > stream.entries.length / 2) {
    stream.entries = stream.entries.slice(stream.start);
    stream.start = 0;
  }
  return removed;
}

function firstIndexAfter(stream: MemoryStream, id: string): number {
  return search(stream, (entryId) => compareIds(entryId, id) > 0);
}

function firstIndexAtOrAfter(stream: MemoryStream, id: string): number {
  return search(stream, (entryId) => compareIds(entryId, id) >= 0);
}

/** The first retained index whose id fulfils a condition that, once true, stays true. */
function search({ entries, start }: MemoryStream, condition: (id: string) => boolean): number {
  let low = start;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (condition(entries[middle]!.id)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A retained entry. */
export function entryOf(stream: MemoryStream, id: string): StreamEntry | undefined {
  const entry = stream.entries[firstIndexAtOrAfter(stream, id)];
  return entry?.id === id ? entry : undefined;
}

/** The ordinal of the newest entry whose id is at most `id`, as far as it is retained; else that of the newest trimmed one. */
export function ordinalUpTo(stream: MemoryStream, id: string): number {
  return stream.added - (stream.entries.length - firstIndexAfter(stream, id));
}
