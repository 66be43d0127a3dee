/** The events of all types as they are published: the newest ones are kept, for pages that come or come back. */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { EventConsumer, EventStreamer, Gap, StreamEvent } from "@attune/streams";
import {
  beforeFirstId,
  compareIds,
  isStoreFailure,
  type Logger,
  type Transport,
  untilAvailable,
} from "@attune/transport";
import type { EventGap, EventPosition, Parts } from "../protocol/messages.ts";
import { EventLog, type LoggedEvent, type Missed } from "./event-log.ts";
import type { Feed } from "./feed.ts";
import { pushedEvent } from "./pushed-event.ts";
import type { Section } from "./section.ts";
import { fitIntoHello, positionsOfTooMany } from "./told-positions.ts";

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
export const keptCharacters = 32 * 1024 * 1024;
/** A page that is new is shown so many of what was there before. */
export const recentEvents = 500;

/** Of so many types, those with the newest events, what was there before is looked at, */
const typesLookedAt = 200;
/** and of each about so much. */
const bytesLookedAt = 4 * 1024 * 1024;

/** After so much the pages' connections get their turn. */
const charactersPerTurn = 512 * 1024;

export class LiveEvents implements Section {
  /** Resolves once the position is fixed and what was there before is known. */
  readonly ready: Promise<void>;
  readonly #options: LiveEventsOptions;
  readonly #consumer: EventConsumer;
  readonly #log = new EventLog({ maxEvents: keptEvents, maxCharacters: keptCharacters });
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;
  /** Found by the consumer, to be told with the next event of their type. */
  #gaps: EventGap[] = [];
  #isReady = false;

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

  /** Whether it is known where the events stand: it is not before the store has answered once. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Where the events stand that were told. */
  get positions(): readonly EventPosition[] {
    // The consumer may have passed one more, which is told in a moment: its ordinal is of that one then.
    const passed = new Map(this.#consumer.cursor.positions.map((position) => [position.eventType, position]));
    return Array.from(this.#log.ids, ([eventType, id]) => {
      const position = passed.get(eventType);
      return { eventType, id, ordinal: position?.id === id ? position.ordinal : null };
    });
  }

  /** What pages are told: those of `types`, if given. */
  toldPositions(types?: ReadonlySet<string>): readonly EventPosition[] {
    if (!fitIntoHello(this.#log.typesSize)) return positionsOfTooMany;
    const { positions } = this;
    return types ? positions.filter(({ eventType }) => types.has(eventType)) : positions;
  }

  /** How much is kept. */
  get kept(): { readonly events: number; readonly characters: number } {
    return { events: this.#log.length, characters: this.#log.characters };
  }

  snapshot(): Parts {
    return {};
  }

  /** The newest ones, oldest first, as JSON texts. */
  newest(count: number): string[] {
    return this.#log.newest(count);
  }

  /** Those behind `ids`, by type; `null`: not all of them are kept here, or the ids are of more than was told here. */
  since(ids: ReadonlyMap<string, string>): Missed | null {
    return this.#isReady ? this.#log.since(ids) : null;
  }

  /** How many came behind these that are not among the newest `told`; `null`: it cannot be known. */
  missedSince(positions: readonly EventPosition[], told: number): number | null {
    const theirs = new Map(positions.map((position) => [position.eventType, position]));
    let missed = -this.#log.countSince(new Map(positions.map(({ eventType, id }) => [eventType, id])), told);
    for (const { eventType, id, ordinal } of this.positions) {
      const { id: from, ordinal: known } = theirs.get(eventType) ?? { id: beforeFirstId, ordinal: 0 };
      if (ordinal === null || known === null || ordinal < known || compareIds(id, from) < 0) return null;
      missed += ordinal - known;
    }
    return this.#isReady ? Math.max(0, missed) : null;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#done;
  }

  /** Fixes the position first, then looks back from there: what comes behind it the consumer brings. */
  async #begin(): Promise<void> {
    await this.#consumer.ready;
    const { positions } = this.#consumer.cursor;
    for (const { eventType, id } of positions) this.#log.startAt(eventType, id);
    const newestTypes = [...positions]
      .sort((one, other) => compareIds(other.id, one.id))
      .slice(0, typesLookedAt);
    const events: LoggedEvent[] = [];
    for (const { eventType, id } of newestTypes) {
      for (const event of await this.#lookBack(eventType, id)) events.push(logged(event));
    }
    // Ids are of the store's time, for all types.
    events.sort((one, other) => compareIds(one.id, other.id));
    this.#log.fill(events);
    this.#isReady = true;
    // Pages that were here before it have nothing yet.
    const texts = events.slice(-recentEvents).map(({ text }) => text);
    this.#options.feed.add({ events: texts, types: positions.map(({ eventType }) => eventType) });
  }

  async #lookBack(eventType: string, to: string): Promise<StreamEvent[]> {
    const { streamer, transport } = this.#options;
    const { signal } = this.#ending;
    for (;;) {
      try {
        const [state] = await transport.streams.states([eventType]);
        const { bytes, length } = state!;
        const each = bytes === null || length === 0 ? 0 : bytes / length;
        const count = Math.max(10, Math.min(recentEvents, Math.floor(bytesLookedAt / Math.max(1, each))));
        return await streamer.getRecentEvents(eventType, { count, to });
      } catch (error) {
        if (!isStoreFailure(error) || signal.aborted) throw error;
        await untilAvailable(transport, signal);
        // It may be there, and refuse.
        await pause(200, undefined, { signal });
      }
    }
  }

  async #run(): Promise<void> {
    const { feed, onEvent, logger } = this.#options;
    let characters = 0;
    try {
      await this.ready;
      for await (const event of this.#consumer) {
        const gaps = this.#gaps.length > 0 ? this.#takeGaps() : undefined;
        const now = logged(event, gaps);
        this.#log.push(now);
        feed.add({ events: [now.text], types: [now.type], ...(gaps ? { gaps } : {}) });
        onEvent(event);
        characters += now.text.length;
        if (characters < charactersPerTurn) continue;
        characters = 0;
        await nextTurn();
      }
    } catch (error) {
      if (!this.#ending.signal.aborted)
        logger.error(`The dashboard cannot follow the events any more: ${(error as Error).message}`);
    }
  }

  /** Called before the event in front of which something is missing. */
  #missed({ eventType, missed, reason }: Gap): void {
    this.#gaps.push({ event_type: eventType, missed, reason });
  }

  #takeGaps(): EventGap[] {
    const gaps = this.#gaps;
    this.#gaps = [];
    return gaps;
  }
}

function logged(event: StreamEvent, gaps?: readonly EventGap[]): LoggedEvent {
  return { type: event.eventType, id: event.eventId, text: pushedEvent(event), gaps };
}
