/** `EventStreamer`: publish events, follow them live, share them among workers, look back, and manage their streams. */
import { hostname } from "node:os";
import {
  checkDuration,
  checkFollowRequest,
  checkInteger,
  checkName,
  checkText,
  Degradation,
  type DegradationOptions,
  defaultTransport,
  type FollowRequest,
  randomToken,
  type Transport,
  withDegradation,
} from "@attune/transport";
import type { EventDefinition, EventInput } from "./define-event.ts";
import { EventConsumer } from "./event-consumer.ts";
import { EventPublisher } from "./event-publisher.ts";
import { type EventSelector, type EventsOf, select } from "./event-selection.ts";
import type {
  ConsumeOptions,
  EventStreamerOptions,
  EventToPublish,
  PublishOptions,
  ReplayOptions,
} from "./event-streamer-options.ts";
import { type ConsumeGroupOptions, groupSettings } from "./groups/consume-group-options.ts";
import { countReplayed } from "./groups/count-replayed.ts";
import type { DeadLetter } from "./groups/dead-letter.ts";
import { type DeadLetterSelection, DeadLetters } from "./groups/dead-letters.ts";
import { GroupConsumer } from "./groups/group-consumer.ts";
import type { Delivered } from "./groups/group-event.ts";
import type { GroupInfo } from "./groups/group-info.ts";
import { toRetry } from "./groups/retry-stream.ts";
import { type HistoryRange, recentEvents, replay } from "./history.ts";
import type { JsonCompatible } from "./json-compatible.ts";
import { type StreamEvent, toStreamEvent } from "./stream-event.ts";
import { type StreamInfo, toStreamInfo } from "./stream-info.ts";
import { trimHoldsOf } from "./trim-holds.ts";

/** What publishes and manages, once there is a transport: a default one is opened on first use. */
interface Opened {
  /** As it is: its facets reject. */
  readonly plain: Transport;
  readonly degraded: Transport;
  readonly publisher: EventPublisher;
}

export class EventStreamer {
  readonly #degradation: DegradationOptions;
  readonly #source: string;
  readonly #maxLength: number;
  #opened: Opened | undefined;

  constructor(options: EventStreamerOptions = {}) {
    this.#degradation = { component: "EventStreamer", logger: options.logger };
    this.#source = checkText("source", options.source ?? "attune");
    this.#maxLength = checkInteger("maxLength", options.maxLength ?? 10_000, 1);
    if (options.transport) this.#opened = this.#openOn(options.transport);
  }

  /**
   * Publishes an event. Resolves with the entry id: it is stored, once. Resolves with `""` when it is not known to be
   * stored (with `onUnavailable: "throw"`: rejects with `ATTUNE_TRANSPORT_UNAVAILABLE`).
   *
   * Rejects before anything is sent with `ATTUNE_EVENT_TYPE_INVALID`, `ATTUNE_PAYLOAD_NOT_JSON`,
   * `ATTUNE_PAYLOAD_TOO_LARGE`, `ATTUNE_PAYLOAD_TOO_DEEP`, `ATTUNE_EVENT_INVALID` or `ATTUNE_ARGUMENT_INVALID`.
   */
  publishEvent<Definition extends EventDefinition>(
    definition: Definition,
    data: EventInput<Definition>,
    options?: PublishOptions,
  ): Promise<string>;
  publishEvent<Data>(
    eventType: string,
    data: Data & JsonCompatible<Data>,
    options?: PublishOptions,
  ): Promise<string>;
  // Not an async function: where it is open, nothing may come before the sending, and each promise counts.
  publishEvent(
    eventType: string | EventDefinition,
    data: unknown,
    options: PublishOptions = {},
  ): Promise<string> {
    if (this.#opened) return this.#opened.publisher.publish(eventType, data, options);
    return this.#open().then(({ publisher }) => publisher.publish(eventType, data, options));
  }

  /**
   * Publishes several events in one round trip, in order. Resolves with an id for each, `""` where one is not known to
   * be stored. Rejects as `publishEvent` does, before any of them is sent; with `onUnavailable: "throw"` an error's
   * `details.ids` tells which were stored.
   */
  publishEvents(events: readonly EventToPublish[]): Promise<string[]> {
    if (this.#opened) return this.#opened.publisher.publishAll(events);
    return this.#open().then(({ publisher }) => publisher.publishAll(events));
  }

  /**
   * Follows events live, over restarts of the store, until it is closed. Throws at once on bad options
   * (`ATTUNE_CURSOR_INVALID`, `ATTUNE_EVENT_TYPE_INVALID`, `ATTUNE_ARGUMENT_INVALID`).
   */
  consumeEvents<const Selectors extends readonly EventSelector[] = readonly string[]>(
    options: ConsumeOptions<Selectors> = {},
  ): EventConsumer<EventsOf<Selectors>> {
    const { from = "now", signal, onGap } = options;
    const { eventTypes, definitions } = select(options.eventTypes);
    const request: FollowRequest<StreamEvent> = {
      eventTypes,
      from,
      count: options.count,
      blockMs: options.blockMs,
      decode: toStreamEvent,
    };
    checkFollowRequest(request);
    const idleTimeoutMs =
      options.idleTimeoutMs === undefined
        ? undefined
        : checkDuration("idleTimeoutMs", options.idleTimeoutMs, 1, 2 ** 31 - 1);
    return new EventConsumer<EventsOf<Selectors>>({
      transport: this.#opened?.degraded ?? this.#open().then(({ degraded }) => degraded),
      request,
      definitions,
      logger: this.#degradation.logger,
      idleTimeoutMs,
      signal,
      onGap,
    });
  }

  /** The newest events of a type, newest first. `count` defaults to 100, at most 100,000. Empty while the store is away. */
  async getRecentEvents<const Selector extends EventSelector>(
    eventType: Selector,
    options: HistoryRange & { readonly count?: number } = {},
  ): Promise<EventsOf<readonly [Selector]>[]> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    const [name, definition] = typeof eventType === "string" ? [eventType] : [eventType.eventType, eventType];
    return (await recentEvents(streams, name, definition, options)) as EventsOf<readonly [Selector]>[];
  }

  /**
   * What the streams hold, oldest first, several types merged by id; ends at what was newest when it began. Ends early,
   * with a warning, when the store goes away meanwhile (with `onUnavailable: "throw"`: throws).
   */
  async *replayEvents<const Selectors extends readonly EventSelector[] = readonly string[]>(
    options: ReplayOptions<Selectors> = {},
  ): AsyncGenerator<EventsOf<Selectors>, void, undefined> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    const { eventTypes, definitions } = select(options.eventTypes);
    const types = eventTypes === "all" ? await streams.list({ thorough: true }) : eventTypes;
    yield* replay(streams, types, definitions, options) as AsyncGenerator<
      EventsOf<Selectors>,
      void,
      undefined
    >;
  }

  /** Where a stream stands; `null` when there is none, or the store is away. */
  async getStreamInfo(eventType: string): Promise<StreamInfo | null> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    const [state] = await streams.states([eventType]);
    return toStreamInfo(state!);
  }

  /** Deletes a stream with all its events. Resolves with whether there was one. */
  async deleteStream(eventType: string): Promise<boolean> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    return streams.delete(eventType);
  }

  /** Removes all but the newest `maxLength` events, exactly. Resolves with how many went. */
  async trimStream(eventType: string, maxLength = 1000): Promise<number> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    return streams.trim(eventType, maxLength);
  }

  /** The event types that have a stream, sorted; those of other programs included. */
  async listEventTypes(): Promise<string[]> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    return (await streams.list({ thorough: true })).sort();
  }

  /**
   * Shares the events of some or all types among the consumers of a group: each goes to one of them, and comes again, to any of
   * them, until it was acknowledged, or became a dead letter. Throws at once on bad options (`ATTUNE_EVENT_TYPE_INVALID`,
   * `ATTUNE_ARGUMENT_INVALID`).
   */
  consumeGroup<const Selectors extends readonly EventSelector[] = readonly string[]>(
    options: ConsumeGroupOptions<Selectors>,
  ): GroupConsumer<EventsOf<Selectors> & Delivered> {
    const { eventTypes, definitions } = select(options.eventTypes);
    return new GroupConsumer<EventsOf<Selectors> & Delivered>({
      transport: this.#opened?.plain ?? this.#open().then(({ plain }) => plain),
      settings: groupSettings(options, () => `${hostname()}-${process.pid}-${randomToken().slice(0, 6)}`),
      eventTypes,
      definitions,
      logger: this.#degradation.logger,
      signal: options.signal,
    });
  }

  /**
   * The groups of a stream, by name: how far each is, and what is left to it, without what was replayed to it (see
   * `countReplayed`). Empty while the store is away.
   */
  async listGroups(eventType: string): Promise<GroupInfo[]> {
    const { groups } = (this.#opened ?? (await this.#open())).degraded;
    return (await groups.states(eventType)).map(({ group, pending, lag, deliveredId }) => ({
      group,
      eventType,
      pending,
      lag,
      lastDeliveredId: deliveredId,
    }));
  }

  /**
   * Removes a group from a stream, with what is pending; its dead letters stay. Consumers that are at work for it make it again.
   * Resolves with whether there was one.
   */
  async deleteGroup(eventType: string, group: string): Promise<boolean> {
    const { groups } = (this.#opened ?? (await this.#open())).degraded;
    return groups.delete(eventType, group);
  }

  /** What a group gave up, oldest event first. `count` defaults to 100, at most 100,000. Empty while the store is away. */
  async listDeadLetters(selection: DeadLetterSelection & { readonly count?: number }): Promise<DeadLetter[]> {
    return (await this.#deadLetters()).list(selection, selection.count ?? 100);
  }

  /** How many dead letters a group has. 0 while the store is away. */
  async countDeadLetters(group: string): Promise<number> {
    return (await this.#deadLetters()).count(group);
  }

  /**
   * Gives dead letters to their group again (and to no other reader of the stream), oldest first, as new events to it: their
   * deliveries are counted from the start. Resolves with how many; those that were too large to be kept whole stay.
   */
  async replayDeadLetters(selection: DeadLetterSelection): Promise<number> {
    const { streams } = (this.#opened ?? (await this.#open())).degraded;
    return (await this.#deadLetters()).drain(selection, async (letter) => {
      const { rawData } = letter;
      if (rawData === null) return "left";
      const [id] = await streams.append([toRetry({ ...letter, rawData })]);
      return id === "" ? "ended" : "taken";
    });
  }

  /**
   * How many replayed dead letters their group has not worked off yet: they wait beside the streams of their types, and are no
   * part of what `listGroups` counts. `null` while the store is away, and where it does not know.
   */
  async countReplayed(group: string): Promise<number | null> {
    checkName("group", group);
    const { plain } = this.#opened ?? (await this.#open());
    return new Degradation(plain, this.#degradation).attempt(() => countReplayed(plain, group), null);
  }

  /** Forgets dead letters. Resolves with how many. */
  async purgeDeadLetters(selection: DeadLetterSelection): Promise<number> {
    return (await this.#deadLetters()).drain(selection, async () => "taken");
  }

  async #deadLetters(): Promise<DeadLetters> {
    const { plain } = this.#opened ?? (await this.#open());
    return new DeadLetters(plain, new Degradation(plain, this.#degradation));
  }

  /** Opens the default transport. */
  async #open(): Promise<Opened> {
    const transport = await defaultTransport();
    this.#opened ??= this.#openOn(transport);
    return this.#opened;
  }

  #openOn(plain: Transport): Opened {
    const degraded = withDegradation(plain, this.#degradation);
    const publisher = new EventPublisher({
      transport: degraded,
      holds: trimHoldsOf(plain),
      source: this.#source,
      maxLength: this.#maxLength,
    });
    return { plain, degraded, publisher };
  }
}
