/** How a follower reads by itself: from where it stands in each stream, as much at a time as the size of entries allows. */
import type { StreamStore } from "../contract/streams.ts";
import type { Position } from "./position.ts";
import { SharedPage } from "./shared-page.ts";
import { pageSize, type TailReader } from "./tail-reader.ts";

/** Characters of data that a page is meant to have at most. */
const pageWeight = 8 * 1024 * 1024;
/** So many entries are read first: nothing is known of their size. */
const firstReadCount = 100;

export interface OwnReading {
  readonly pages: readonly SharedPage[];
  /** How many entries of each stream it asked for. */
  readonly count: number;
  /** Where the tail reader stood when this read began. */
  readonly tailBefore: ReadonlyMap<string, Position>;
}

export class OwnReader {
  readonly #streams: Pick<StreamStore, "read">;
  readonly #tail: Pick<TailReader, "positionOf">;
  readonly #positions: ReadonlyMap<string, Position>;
  readonly #maxCount: number;
  /** How many entries of each stream it reads at a time now. */
  #count: number;

  /** `positions` is where the follower stands when a read begins: it goes on changing. */
  constructor(
    streams: Pick<StreamStore, "read">,
    tail: Pick<TailReader, "positionOf">,
    positions: ReadonlyMap<string, Position>,
    maxCount = pageSize,
  ) {
    this.#streams = streams;
    this.#tail = tail;
    this.#positions = positions;
    this.#maxCount = maxCount;
    this.#count = Math.min(maxCount, firstReadCount);
  }

  /** A read whose failure, should nobody wait for it any more, is nobody's problem. */
  start(): Promise<OwnReading> {
    const reading = this.#read();
    reading.catch(() => {});
    return reading;
  }

  async #read(): Promise<OwnReading> {
    const after = new Map<string, string>();
    const tailBefore = new Map<string, Position>();
    for (const [eventType, { id }] of this.#positions) {
      after.set(eventType, id);
      const tail = this.#tail.positionOf(eventType);
      if (tail) tailBefore.set(eventType, tail);
    }
    const count = this.#count;
    const found = after.size === 0 ? [] : await this.#streams.read(after, { count, blockMs: 0 });
    const pages = found.map((page) => new SharedPage(page));
    this.#adapt(pages);
    return { pages, count, tailBefore };
  }

  /** Of large entries fewer are read at a time, so that a page stays within a few megabytes, whatever is in the stream. */
  #adapt(pages: readonly SharedPage[]): void {
    let heaviest = 0;
    for (const { weight, entries } of pages) heaviest = Math.max(heaviest, weight / entries.length);
    if (heaviest > 0) this.#count = Math.max(1, Math.min(this.#maxCount, Math.floor(pageWeight / heaviest)));
  }
}
