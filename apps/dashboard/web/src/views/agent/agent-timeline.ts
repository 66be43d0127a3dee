/**
 * What happened with an agent, newest first: pages of the store, joined with what arrives live. Live events are listened to
 * before the first page is asked for, and each event is known by its type and id: nothing is missing, and nothing is there twice.
 */
import type { EventJson } from "../../../../src/protocol/records.ts";
import { compareEventIds } from "../../ui/compare-event-ids.ts";
import { kindOfPushed, type TimelineItem } from "./timeline-item.ts";

export interface TimelinePage {
  readonly items: readonly TimelineItem[];
  readonly next_cursor: string | null;
}

export interface AgentTimelineOptions {
  readonly agentId: string;
  readonly read: (query: URLSearchParams, signal: AbortSignal) => Promise<TimelinePage>;
  readonly onChange: () => void;
  /** Of a page. Default 200. */
  readonly limit?: number;
}

/** As many as are kept: older ones are read again when somebody looks there. */
const most = 5000;

export class AgentTimeline {
  readonly #options: AgentTimelineOptions;
  #items: readonly TimelineItem[] = [];
  #keys = new Set<string>();
  #cursor: string | null = null;
  /** Where the pages begin that the cursor is of; `undefined`: now. */
  #before: string | undefined;
  #reading: AbortController | undefined;
  #isAtEnd = false;
  /** Live events came that may have been of this agent. */
  #isUnsure = false;
  error: Error | undefined;

  constructor(options: AgentTimelineOptions) {
    this.#options = options;
  }

  /** Newest first; another array after each change. */
  get items(): readonly TimelineItem[] {
    return this.#items;
  }

  get isLoading(): boolean {
    return this.#reading !== undefined;
  }

  /** Nothing older is in the store. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** What arrives live. */
  add(events: readonly EventJson[]): void {
    const found: TimelineItem[] = [];
    for (const event of events) {
      const kind = kindOfPushed(event, this.#options.agentId);
      if (kind === "unseen") this.#isUnsure = true;
      else if (kind) found.push({ ...event, kind });
    }
    if (this.#isUnsure && !this.#reading) void this.#refresh();
    if (found.length > 0) {
      this.#put(found);
      this.#options.onChange();
    }
  }

  /** Between what is known and what comes next events are missing: reads from the store again. */
  hole(): void {
    this.#reading?.abort();
    this.#reading = undefined;
    this.#items = [];
    this.#keys = new Set();
    this.#cursor = null;
    this.#before = undefined;
    this.#isAtEnd = false;
    this.#options.onChange();
    void this.loadOlder();
  }

  async loadOlder(): Promise<void> {
    if (this.#isAtEnd) return;
    const page = await this.#read(this.#before, this.#cursor);
    if (!page) return;
    this.#put(page.items);
    this.#cursor = page.next_cursor;
    this.#isAtEnd = page.next_cursor === null;
    this.#options.onChange();
    if (this.#isUnsure) void this.#refresh();
  }

  close(): void {
    this.#isAtEnd = true;
    this.#reading?.abort();
  }

  /** The newest page again: it has what live events did not tell. */
  async #refresh(): Promise<void> {
    this.#isUnsure = false;
    const page = await this.#read(undefined, null);
    if (!page) return;
    this.#put(page.items);
    this.#options.onChange();
  }

  /** `undefined`: it was in vain, or something is being read already. */
  async #read(before: string | undefined, cursor: string | null): Promise<TimelinePage | undefined> {
    if (this.#reading) return undefined;
    const reading = new AbortController();
    this.#reading = reading;
    this.error = undefined;
    this.#options.onChange();
    const query = new URLSearchParams({ limit: String(this.#options.limit ?? 200) });
    if (before !== undefined) query.set("before", before);
    if (cursor !== null) query.set("cursor", cursor);
    try {
      const page = await this.#options.read(query, reading.signal);
      return reading === this.#reading ? page : undefined;
    } catch (error) {
      if (reading === this.#reading && !reading.signal.aborted) this.error = error as Error;
      return undefined;
    } finally {
      if (reading === this.#reading) {
        this.#reading = undefined;
        this.#options.onChange();
      }
    }
  }

  #put(found: readonly TimelineItem[]): void {
    const fresh = found.filter((item) => !this.#keys.has(keyOfItem(item)));
    if (fresh.length === 0) return;
    for (const item of fresh) this.#keys.add(keyOfItem(item));
    const newestFirst = (one: TimelineItem, other: TimelineItem) =>
      compareEventIds(other.event_id, one.event_id) || (one.event_type < other.event_type ? -1 : 1);
    this.#items = [...this.#items, ...fresh].sort(newestFirst);
    if (this.#items.length > 2 * most) this.#forget();
  }

  /** Those that were looked at longest ago, by their time: the store still has them. */
  #forget(): void {
    this.#items = this.#items.slice(0, most);
    this.#keys = new Set(this.#items.map(keyOfItem));
    // Of its millisecond others may be gone with it: read again, they are known.
    this.#before = `${Number(this.#items.at(-1)!.event_id.split("-")[0]) + 1}-0`;
    this.#cursor = null;
    this.#isAtEnd = false;
  }
}

export function keyOfItem({ event_id, event_type }: EventJson): string {
  return `${event_id} ${event_type}`;
}
