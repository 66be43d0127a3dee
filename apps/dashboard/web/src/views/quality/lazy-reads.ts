/** Reads routes for what is in sight, a few at a time; what was read is kept, and read anew when it is known to be another. */
import { getJson } from "../../api/request-json.ts";

export interface LazyRead {
  readonly data: unknown;
  readonly error: Error | undefined;
}

export interface LazyReadsOptions {
  readonly read?: (path: string, signal: AbortSignal) => Promise<unknown>;
  /** So many at once. Default 4. */
  readonly atOnce?: number;
  /** So many answers are kept. Default 500. */
  readonly mostKept?: number;
  /** The same path is not read again before, in milliseconds. Default 5000. */
  readonly leastMs?: number;
}

interface Entry {
  known: LazyRead | undefined;
  /** Of what was read, or is being read. */
  version: unknown;
  /** Of what is wanted. */
  wanted: unknown;
  readAt: number;
  isReading: boolean;
  readonly listeners: Set<() => void>;
}

export class LazyReads {
  readonly #read: (path: string, signal: AbortSignal) => Promise<unknown>;
  readonly #atOnce: number;
  readonly #mostKept: number;
  readonly #leastMs: number;
  /** Those that were looked at last come last. */
  readonly #entries = new Map<string, Entry>();
  readonly #ending = new AbortController();
  #underWay = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ read = getJson, atOnce = 4, mostKept = 500, leastMs = 5000 }: LazyReadsOptions = {}) {
    this.#read = read;
    this.#atOnce = atOnce;
    this.#mostKept = mostKept;
    this.#leastMs = leastMs;
  }

  known(path: string): LazyRead | undefined {
    return this.#entries.get(path)?.known;
  }

  /** It is in sight, in this version. The result ends that. */
  want(path: string, version: unknown, listener: () => void): () => void {
    const entry = this.#entries.get(path) ?? {
      known: undefined,
      version: undefined,
      wanted: undefined,
      readAt: Number.NEGATIVE_INFINITY,
      isReading: false,
      listeners: new Set(),
    };
    entry.wanted = version;
    entry.listeners.add(listener);
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    this.#forget();
    // Not now: what was in sight for a moment only, while somebody scrolls, is not read.
    this.#later(30);
    return () => entry.listeners.delete(listener);
  }

  close(): void {
    this.#ending.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #later(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, ms);
  }

  #begin(): void {
    if (this.#ending.signal.aborted) return;
    let isDueLater = false;
    const now = performance.now();
    for (const [path, entry] of [...this.#entries].reverse()) {
      if (this.#underWay >= this.#atOnce) return;
      if (entry.isReading || entry.listeners.size === 0 || entry.version === entry.wanted) continue;
      if (now - entry.readAt < this.#leastMs) isDueLater = true;
      else void this.#readOne(path, entry);
    }
    if (isDueLater) this.#later(500);
  }

  async #readOne(path: string, entry: Entry): Promise<void> {
    this.#underWay += 1;
    entry.isReading = true;
    entry.version = entry.wanted;
    entry.readAt = performance.now();
    try {
      entry.known = { data: await this.#read(path, this.#ending.signal), error: undefined };
    } catch (error) {
      entry.known = { data: entry.known?.data, error: error as Error };
      // Once more, after a while.
      entry.version = undefined;
    }
    entry.isReading = false;
    this.#underWay -= 1;
    if (this.#ending.signal.aborted) return;
    for (const listener of entry.listeners) listener();
    this.#begin();
  }

  #forget(): void {
    for (const [path, { listeners, isReading }] of this.#entries) {
      if (this.#entries.size <= this.#mostKept) return;
      if (listeners.size === 0 && !isReading) this.#entries.delete(path);
    }
  }
}
