/** Plays what the store holds of a span, in its own rhythm or faster: each event once, in order. */
import type { EventJson } from "../../../../src/protocol/records.ts";
import { EventLog } from "../../state/event-log.ts";
import type { EventFilter } from "./event-filter.ts";
import { storedAtMs } from "./event-item.ts";
import { eventsQuery, type ReadPage } from "./history-pages.ts";
import { ReplayClock } from "./replay-clock.ts";

export interface EventReplayOptions {
  readonly read: ReadPage;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly filter: EventFilter;
  readonly onChange: () => void;
  readonly now?: () => number;
}

/** As fast as they can be read. */
export const fullSpeed = Number.POSITIVE_INFINITY;

const pageSize = 1000;
/** So many at once, at full speed: what is drawn has to be seen. */
const mostPerTick = 250;

export class EventReplay {
  readonly clock: ReplayClock;
  readonly log = new EventLog();
  readonly #options: EventReplayOptions;
  readonly #to: number;
  #isFull = false;
  /** Read and not played yet, oldest first. */
  #ahead: EventJson[] = [];
  #cursor: string | null = null;
  #hasMore = true;
  #reading: AbortController | undefined;
  #played = 0;
  error: Error | undefined;

  constructor(options: EventReplayOptions) {
    this.#options = options;
    const { from, to, now = () => performance.now() } = options;
    this.#to = Date.parse(to);
    this.clock = new ReplayClock({ from: Date.parse(from), to: this.#to, now });
    this.seek(Date.parse(from));
  }

  get played(): number {
    return this.#played;
  }

  get isOver(): boolean {
    return !this.#hasMore && this.#ahead.length === 0 && this.clock.isAtEnd;
  }

  /** It stands still for want of events. */
  get isWaiting(): boolean {
    return this.clock.isRunning && this.#hasMore && this.#ahead.length === 0;
  }

  setSpeed(speed: number): void {
    this.#isFull = speed === fullSpeed;
    this.clock.setSpeed(this.#isFull ? 0 : speed);
  }

  get speed(): number {
    return this.#isFull ? fullSpeed : this.clock.speed;
  }

  /** Begins anew there. */
  seek(position: number): void {
    this.#reading?.abort();
    this.#reading = undefined;
    this.#ahead = [];
    this.#cursor = null;
    this.#hasMore = true;
    this.#played = 0;
    this.error = undefined;
    this.log.clear();
    this.clock.seek(position);
    this.#limit();
    void this.#read();
    this.#options.onChange();
  }

  /** Reads on after an error. */
  retry(): void {
    this.error = undefined;
    void this.#read();
    this.#options.onChange();
  }

  /** To be called some times a second. */
  tick(): void {
    if (this.clock.isRunning) {
      const due = this.#isFull ? Math.min(mostPerTick, this.#ahead.length) : this.#due();
      if (due > 0) this.#play(this.#ahead.slice(0, due));
      this.#ahead = due > 0 ? this.#ahead.slice(due) : this.#ahead;
      if (this.#isFull && this.#ahead.length === 0 && !this.#hasMore) this.clock.seek(this.#to);
      if (this.isOver) this.clock.pause();
    }
    if (this.#ahead.length < pageSize / 2 && !this.error) void this.#read();
    this.#limit();
    this.#options.onChange();
  }

  close(): void {
    this.clock.pause();
    this.#hasMore = false;
    this.#reading?.abort();
  }

  #due(): number {
    const { position } = this.clock;
    const first = this.#ahead.findIndex((event) => storedAtMs(event) > position);
    return first < 0 ? this.#ahead.length : first;
  }

  #play(events: readonly EventJson[]): void {
    this.#played += events.length;
    this.log.add(events);
    if (this.#isFull) this.clock.seek(storedAtMs(events.at(-1)!));
  }

  /** Beyond what was read nobody knows what happened. */
  #limit(): void {
    const last = this.#ahead.at(-1);
    const known = last ? storedAtMs(last) : this.clock.position;
    this.clock.limitTo(this.#hasMore ? known : this.#to);
  }

  async #read(): Promise<void> {
    if (this.#reading || !this.#hasMore) return;
    const reading = new AbortController();
    this.#reading = reading;
    try {
      const page = await this.#options.read(this.#query(), reading.signal);
      if (reading !== this.#reading) return;
      this.#ahead = [...this.#ahead, ...page.events];
      this.#cursor = page.next_cursor;
      this.#hasMore = page.next_cursor !== null;
    } catch (error) {
      if (reading !== this.#reading) return;
      this.error = error as Error;
    }
    this.#reading = undefined;
    this.#limit();
    this.#options.onChange();
  }

  #query(): URLSearchParams {
    const query = eventsQuery(this.#options.filter, pageSize);
    // A cursor goes with the question that it came from.
    query.set("from", new Date(this.#begin()).toISOString());
    query.set("to", this.#options.to);
    query.set("order", "asc");
    if (this.#cursor !== null) query.set("cursor", this.#cursor);
    return query;
  }

  #from: number | undefined;

  #begin(): number {
    if (this.#cursor === null || this.#from === undefined) this.#from = Math.floor(this.clock.position);
    return this.#from;
  }
}
