/** The events of all types as they are published: the newest ones are kept, for pages that come or come back. */
import type { EventConsumer, EventStreamer, Gap, StreamEvent } from "@attune/streams";
import { compareIds, isStoreFailure, type Logger, type Transport, untilAvailable } from "@attune/transport";
import type { EventGap, EventPosition, Parts } from "../protocol/messages.ts";
import type { Feed } from "./feed.ts";
import { pushedEvent } from "./pushed-event.ts";
import type { Section } from "./section.ts";

export interface LiveEventsOptions {
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  readonly feed: Feed;
  readonly logger: Logger;
  /** Is shown each event, before the pages are. */
  readonly onEvent: (event: StreamEvent) => void;
}

/** As many as a page keeps. */
export const keptEvents = 5000;
/** A page that is new is shown so many of what was there before. */
export const recentEvents = 500;

interface KeptEvent {
  readonly type: string;
  readonly id: string;
  readonly text: string;
}

export class LiveEvents implements Section {
  /** Resolves once the position is fixed and what was there before is known. */
  readonly ready: Promise<void>;
  readonly #options: LiveEventsOptions;
  readonly #consumer: EventConsumer;
  /** The newest ones, oldest first; the first of them is the `#first`th that was ever kept. */
  #kept: KeptEvent[] = [];
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: LiveEventsOptions) {
    this.#options = options;
    const { streamer } = options;
    this.#consumer = streamer.consumeEvents({
      from: "now",
      signal: this.#ending.signal,
      onGap: (gap) => this.#missed(gap),
    });
    this.ready = this.#begin();
    this.ready.catch(() => {}); // `#run` tells
    this.#done = this.#run();
  }

  /** Where the events stand that were told. */
  get positions(): readonly EventPosition[] {
    return this.#consumer.cursor.positions;
  }

  snapshot(): Parts {
    return {};
  }

  /** The newest ones, oldest first, as JSON texts. */
  newest(count: number): string[] {
    return this.#kept.slice(-count).map(({ text }) => text);
  }

  /** Those behind `positions`, as JSON texts; `null`: not all of them are kept here. */
  since(positions: ReadonlyMap<string, string>): string[] | null {
    const oldestKept = new Map<string, string>();
    for (const { type, id } of this.#kept) if (!oldestKept.has(type)) oldestKept.set(type, id);
    for (const { eventType, id } of this.positions) {
      const theirs = positions.get(eventType) ?? "0-0";
      if (compareIds(theirs, id) >= 0) continue;
      const oldest = oldestKept.get(eventType);
      // Between theirs and the oldest that is kept there may be others.
      if (oldest === undefined || compareIds(theirs, oldest) < 0) return null;
    }
    return this.#kept
      .filter(({ type, id }) => compareIds(id, positions.get(type) ?? "0-0") > 0)
      .map(({ text }) => text);
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#done;
  }

  /** Fixes the position first, then looks back from there: what is in both is left out of the second. */
  async #begin(): Promise<void> {
    await this.#consumer.ready;
    const before: { readonly at: number; readonly event: KeptEvent }[] = [];
    for (const { eventType, id } of this.positions) {
      for (const event of await this.#lookBack(eventType, id)) {
        before.push({ at: event.timestamp.getTime(), event: kept(event) });
      }
    }
    before.sort((one, other) => one.at - other.at || compareIds(one.event.id, other.event.id));
    this.#kept = before.map(({ event }) => event);
  }

  async #lookBack(eventType: string, to: string): Promise<StreamEvent[]> {
    const { streamer, transport } = this.#options;
    for (;;) {
      try {
        return await streamer.getRecentEvents(eventType, { count: recentEvents, to });
      } catch (error) {
        if (!isStoreFailure(error) || this.#ending.signal.aborted) throw error;
        await untilAvailable(transport, this.#ending.signal);
      }
    }
  }

  async #run(): Promise<void> {
    const { feed, onEvent, logger } = this.#options;
    try {
      await this.ready;
      for await (const event of this.#consumer) {
        const now = kept(event);
        this.#kept.push(now);
        if (this.#kept.length > 2 * keptEvents) this.#kept = this.#kept.slice(-keptEvents);
        feed.add({ events: [now.text], types: [now.type] });
        onEvent(event);
      }
    } catch (error) {
      if (!this.#ending.signal.aborted)
        logger.error(`The dashboard cannot follow the events any more: ${(error as Error).message}`);
    }
  }

  #missed({ eventType, missed, reason }: Gap): void {
    const gap: EventGap = { event_type: eventType, missed, reason };
    this.#options.feed.add({ gaps: [gap], types: [eventType] });
  }
}

function kept(event: StreamEvent): KeptEvent {
  return { type: event.eventType, id: event.eventId, text: pushedEvent(event) };
}
