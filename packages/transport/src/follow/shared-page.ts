/** A page that several followers hold at once: its entries are decoded once, by whoever asks first. */
import type { StreamEntry, StreamPage } from "../contract/streams.ts";

/** Makes what a consumer sees out of an entry. Must be the same function for all who want to share its results. */
export type Decode<T> = (entry: StreamEntry, eventType: string) => T;

export class SharedPage implements StreamPage {
  readonly eventType: string;
  readonly entries: readonly StreamEntry[];
  readonly firstOrdinal: number | null;
  readonly oldestId: string | null;
  #weight: number | undefined;
  readonly #decoded = new Map<Decode<unknown>, unknown[]>();

  constructor(page: StreamPage) {
    this.eventType = page.eventType;
    this.entries = page.entries;
    this.firstOrdinal = page.firstOrdinal;
    this.oldestId = page.oldestId;
  }

  /** The characters of its data: what it takes of memory, nearly. */
  get weight(): number {
    this.#weight ??= this.entries.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
    return this.#weight;
  }

  /** The decoded entries, one per entry. */
  decoded<T>(decode: Decode<T>): readonly T[] {
    const known = this.#decoded.get(decode as Decode<unknown>);
    if (known) return known as T[];
    const items = this.entries.map((entry) => decode(entry, this.eventType));
    this.#decoded.set(decode as Decode<unknown>, items);
    return items;
  }
}
