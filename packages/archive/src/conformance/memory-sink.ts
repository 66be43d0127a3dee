/** A sink in memory: the least that passes the suite, to read before writing another, and for tests of whoever archives. */
import { compareRows } from "../query/compare-rows.ts";
import { rowMatcher } from "../query/row-matches.ts";
import type { ArchivePosition, ArchiveQuery, ArchiveRow, Sink, SinkBatch, WriteOutcome } from "../sink.ts";
import { sinkRefused } from "../sink-errors.ts";

/** What sinks in memory write to: those of one store see the same. */
export class MemoryStore {
  readonly rows = new Map<string, ArchiveRow>();
  readonly positions = new Map<string, ArchivePosition>();
}

export class MemorySink implements Sink {
  readonly kind = "memory";
  readonly location = "memory";
  readonly atomicity = "transaction";
  readonly #store: MemoryStore;
  #closed = false;

  constructor(store = new MemoryStore()) {
    this.#store = store;
  }

  async open(): Promise<void> {
    this.#checkOpen();
  }

  async position(archive: string): Promise<ArchivePosition> {
    this.#checkOpen();
    return this.#positionOf(archive);
  }

  async write({ archive, rows, cursor, afterVersion }: SinkBatch): Promise<WriteOutcome> {
    this.#checkOpen();
    // Nothing is awaited from here to the end: it is one step for everybody else.
    const { version } = this.#positionOf(archive);
    if (version !== afterVersion) return { outcome: "conflict" };
    for (const row of rows) {
      const key = JSON.stringify([row.eventType, row.eventId]);
      if (!this.#store.rows.has(key)) this.#store.rows.set(key, row);
    }
    this.#store.positions.set(archive, { version: version + 1, cursor });
    return { outcome: "written" };
  }

  async *query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    this.#checkOpen();
    const found = [...this.#store.rows.values()].filter(rowMatcher(query)).sort(compareRows);
    if (query.order === "newest first") found.reverse();
    yield* found.slice(0, query.limit);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #positionOf(archive: string): ArchivePosition {
    return this.#store.positions.get(archive) ?? { version: 0, cursor: null };
  }

  #checkOpen(): void {
    if (this.#closed) throw sinkRefused("This sink is closed");
  }
}
