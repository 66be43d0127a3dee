/** The events around a time, page by page in both directions. */
import type { EventJson } from "../../../../src/protocol/records.ts";
import type { EventFilter } from "./event-filter.ts";
import { type EventItem, keyOfEvent } from "./event-item.ts";

export interface EventsPage {
  readonly events: readonly EventJson[];
  readonly next_cursor: string | null;
}

export type ReadPage = (query: URLSearchParams, signal: AbortSignal) => Promise<EventsPage>;

export interface HistoryPagesOptions {
  readonly read: ReadPage;
  readonly at: string;
  readonly filter: EventFilter;
  readonly onChange: () => void;
  /** Of a page. Default 200. */
  readonly limit?: number;
}

export type Direction = "older" | "newer";

/** As many as are kept: whoever wants more jumps to another time. */
const most = 20_000;

interface Way {
  cursor: string | null;
  state: "begun" | "loading" | "more" | "end" | "full";
  error: Error | undefined;
}

export class HistoryPages {
  readonly #options: HistoryPagesOptions;
  readonly #ending = new AbortController();
  readonly #ways: Readonly<Record<Direction, Way>> = {
    older: { cursor: null, state: "begun", error: undefined },
    newer: { cursor: null, state: "begun", error: undefined },
  };
  readonly #keys = new Set<string | number>();
  #items: readonly EventItem[] = [];

  constructor(options: HistoryPagesOptions) {
    this.#options = options;
  }

  /** Newest first; another array after each change. */
  get items(): readonly EventItem[] {
    return this.#items;
  }

  way(direction: Direction): Readonly<Way> {
    return this.#ways[direction];
  }

  /** Does nothing while it loads, or where there is no more. */
  async load(direction: Direction): Promise<void> {
    const way = this.#ways[direction];
    if (this.#ending.signal.aborted || !["begun", "more"].includes(way.state)) return;
    const before = way.state;
    way.state = "loading";
    way.error = undefined;
    this.#options.onChange();
    try {
      const page = await this.#options.read(this.#query(direction, way.cursor), this.#ending.signal);
      if (this.#ending.signal.aborted) return;
      this.#add(direction, page.events);
      way.cursor = page.next_cursor;
      way.state = page.next_cursor === null ? "end" : this.#items.length >= most ? "full" : "more";
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      way.state = before;
      way.error = error as Error;
    }
    this.#options.onChange();
  }

  close(): void {
    this.#ending.abort();
  }

  #query(direction: Direction, cursor: string | null): URLSearchParams {
    const { at, filter, limit = 200 } = this.#options;
    const query = eventsQuery(filter, limit);
    if (direction === "newer") {
      query.set("from", at);
      query.set("order", "asc");
    } else query.set("to", new Date(Date.parse(at) - 1).toISOString());
    if (cursor !== null) query.set("cursor", cursor);
    return query;
  }

  #add(direction: Direction, events: readonly EventJson[]): void {
    const items: EventItem[] = [];
    for (const event of events) {
      const key = keyOfEvent(event);
      if (this.#keys.has(key)) continue;
      this.#keys.add(key);
      items.push({ key, event });
    }
    this.#items = direction === "older" ? [...this.#items, ...items] : [...items.reverse(), ...this.#items];
  }
}

export function eventsQuery({ types, search }: EventFilter, limit: number): URLSearchParams {
  const query = new URLSearchParams();
  for (const type of types) query.append("type", type);
  if (search.trim() !== "") query.set("search", search.trim());
  query.set("limit", String(limit));
  return query;
}
