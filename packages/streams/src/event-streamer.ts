/** `EventStreamer`: publish events, follow them live, share them among workers, look back, and manage their streams. */
import { hostname } from "node:os";
import {
  AttuneError,
  type Cursor,
  checkDuration,
  checkFollowRequest,
  checkInteger,
  checkText,
  Degradation,
  type DegradationOptions,
  defaultTransport,
  encodeJson,
  type FollowRequest,
  type Gap,
  isPublicType,
  type Logger,
  randomToken,
  type Transport,
  withDegradation,
} from "@attune/transport";
import { describeIssues, type EventDefinition, type EventInput } from "./define-event.ts";
import { EventConsumer } from "./event-consumer.ts";
import { type EventSelector, type EventsOf, select } from "./event-selection.ts";
import { type ConsumeGroupOptions, groupSettings } from "./groups/consume-group-options.ts";
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
import { type TrimHolds, trimHoldsOf } from "./trim-holds.ts";

export interface EventStreamerOptions {
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /** Who publishes, where an event does not say so. Default "attune", at most 1024 bytes. */
  readonly source?: string;
  /**
   * Streams are trimmed to about this many entries as events are published. Default 10,000. Longer while an archive asks for it, and
   * for the first events of a process, which cannot know yet whether one does: to a hundred times as many.
   */
  readonly maxLength?: number;
}

export interface PublishOptions {
  /** Default: the streamer's `source`. */
  readonly source?: string;
  /**
   * At most 512 bytes. Publishing again with the same key and type within 2 minutes stores nothing and gives the first
   * entry's id. With a key, publishing is retried until `operationTimeoutMs` is over; without one it is sent once.
   */
  readonly idempotencyKey?: string;
}

/** One event of `publishEvents`. */
export interface EventToPublish extends PublishOptions {
  readonly eventType: string | EventDefinition;
  /** Any JSON value. */
  readonly data: unknown;
}

export interface ConsumeOptions<Selectors extends readonly EventSelector[]> {
  /** Left out: all types, those created later included. */
  readonly eventTypes?: Selectors;
  /**
   * `"now"` (default): what is published after `ready`. `"beginning"`: what the streams retain, then live. A saved
   * cursor: what came after it; a type that the cursor does not know is read from its beginning.
   */
  readonly from?: "now" | "beginning" | Cursor;
  /** Events per read while catching up. Default 1000, from 1 to 10,000. */
  readonly count?: number;
  /**
   * How long one wait in the store may last before the consumer looks again. Default 5000, from 10 to 60,000. It bounds
   * how long a connection that silently died stays unnoticed (this + 2 s), not the latency of events.
   */
  readonly blockMs?: number;
  /** Ends the iteration when no event came for so long. Default: never. */
  readonly idleTimeoutMs?: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /**
   * Called before the next event when events were trimmed away unread, or the stream was deleted or lost by its server.
   * Default: a warning.
   */
  readonly onGap?: (gap: Gap) => void;
}

export interface ReplayOptions<Selectors extends readonly EventSelector[]> extends HistoryRange {
  /** Left out: all types. */
  readonly eventTypes?: Selectors;
  readonly signal?: AbortSignal;
}

export class EventStreamer {
  readonly #degradation: DegradationOptions;
  readonly #source: string;
  readonly #maxLength: number;
  /** The transport, once it is there: a default one is opened on first use. */
  #degraded: Transport | undefined;
  /** The same, as it is: its facets reject. */
  #plain: Transport | undefined;
  #holds: TrimHolds | undefined;
  #lastTimestamp = { ms: 0, text: "" };

  constructor(options: EventStreamerOptions = {}) {
    this.#degradation = { component: "EventStreamer", logger: options.logger };
    this.#source = checkText("source", options.source ?? "attune");
    this.#maxLength = checkInteger("maxLength", options.maxLength ?? 10_000, 1);
    if (options.transport) this.#use(options.transport);
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
  async publishEvent(
    eventType: string | EventDefinition,
    data: unknown,
    options: PublishOptions = {},
  ): Promise<string> {
    const { streams, limits } = this.#degraded ?? (await this.#transport());
    if (typeof eventType === "object") await validate(eventType, data);
    const name = typeof eventType === "object" ? eventType.eventType : eventType;
    const [id] = await streams.append([
      {
        eventType: name,
        timestamp: this.#timestamp(),
        data: encodeJson(data, limits),
        source: options.source === undefined ? this.#source : checkText("source", options.source),
        maxLength: this.#holds!.maxLength(name, this.#maxLength),
        idempotencyKey: options.idempotencyKey,
      },
    ]);
    return id!;
  }

  /**
   * Publishes several events in one round trip, in order. Resolves with an id for each, `""` where one is not known to
   * be stored. Rejects as `publishEvent` does, before any of them is sent; with `onUnavailable: "throw"` an error's
   * `details.ids` tells which were stored.
   */
  async publishEvents(events: readonly EventToPublish[]): Promise<string[]> {
    const { streams, limits } = this.#degraded ?? (await this.#transport());
    const timestamp = this.#timestamp();
    for (const { eventType, data } of events) {
      if (typeof eventType === "object") await validate(eventType, data);
    }
    return streams.append(
      events.map(({ eventType, data, source, idempotencyKey }) => {
        const name = typeof eventType === "object" ? eventType.eventType : eventType;
        return {
          eventType: name,
          timestamp,
          data: encodeJson(data, limits),
          source: source === undefined ? this.#source : checkText("source", source),
          maxLength: this.#holds!.maxLength(name, this.#maxLength),
          idempotencyKey,
        };
      }),
    );
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
      transport: this.#degraded ?? this.#transport(),
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
    const { streams } = this.#degraded ?? (await this.#transport());
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
    const { streams } = this.#degraded ?? (await this.#transport());
    const { eventTypes, definitions } = select(options.eventTypes);
    const types =
      eventTypes === "all" ? (await streams.list({ thorough: true })).filter(isPublicType) : eventTypes;
    yield* replay(streams, types, definitions, options) as AsyncGenerator<
      EventsOf<Selectors>,
      void,
      undefined
    >;
  }

  /** Where a stream stands; `null` when there is none, or the store is away. */
  async getStreamInfo(eventType: string): Promise<StreamInfo | null> {
    const { streams } = this.#degraded ?? (await this.#transport());
    const [state] = await streams.states([eventType]);
    return toStreamInfo(state!);
  }

  /** Deletes a stream with all its events. Resolves with whether there was one. */
  async deleteStream(eventType: string): Promise<boolean> {
    const { streams } = this.#degraded ?? (await this.#transport());
    return streams.delete(eventType);
  }

  /** Removes all but the newest `maxLength` events, exactly. Resolves with how many went. */
  async trimStream(eventType: string, maxLength = 1000): Promise<number> {
    const { streams } = this.#degraded ?? (await this.#transport());
    return streams.trim(eventType, maxLength);
  }

  /** The event types that have a stream, sorted; those of other programs included. */
  async listEventTypes(): Promise<string[]> {
    const { streams } = this.#degraded ?? (await this.#transport());
    return (await streams.list({ thorough: true })).filter(isPublicType).sort();
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
      transport: this.#plain ?? this.#transport().then(() => this.#plain!),
      settings: groupSettings(options, () => `${hostname()}-${process.pid}-${randomToken().slice(0, 6)}`),
      eventTypes,
      definitions,
      logger: this.#degradation.logger,
      signal: options.signal,
    });
  }

  /** The groups of a stream, by name: how far each is, and what is left to it. Empty while the store is away. */
  async listGroups(eventType: string): Promise<GroupInfo[]> {
    const { groups } = this.#degraded ?? (await this.#transport());
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
    const { groups } = this.#degraded ?? (await this.#transport());
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
    const { streams } = this.#degraded ?? (await this.#transport());
    return (await this.#deadLetters()).drain(selection, async (letter) => {
      const { rawData } = letter;
      if (rawData === null) return "left";
      const [id] = await streams.append([toRetry({ ...letter, rawData })]);
      return id === "" ? "ended" : "taken";
    });
  }

  /** Forgets dead letters. Resolves with how many. */
  async purgeDeadLetters(selection: DeadLetterSelection): Promise<number> {
    return (await this.#deadLetters()).drain(selection, async () => "taken");
  }

  async #deadLetters(): Promise<DeadLetters> {
    await (this.#degraded ?? this.#transport());
    const transport = this.#plain!;
    return new DeadLetters(transport, new Degradation(transport, this.#degradation));
  }

  /** Opens the default transport. */
  async #transport(): Promise<Transport> {
    const transport = await defaultTransport();
    if (!this.#degraded) this.#use(transport);
    return this.#degraded!;
  }

  #use(transport: Transport): void {
    this.#plain = transport;
    this.#degraded = withDegradation(transport, this.#degradation);
    this.#holds = trimHoldsOf(transport);
  }

  /** ISO 8601 UTC. Made once per millisecond: many events share one. */
  #timestamp(): string {
    const ms = (this.#degraded?.clock.now ?? Date.now)();
    if (ms !== this.#lastTimestamp.ms) this.#lastTimestamp = { ms, text: new Date(ms).toISOString() };
    return this.#lastTimestamp.text;
  }
}

async function validate({ eventType, schema }: EventDefinition, data: unknown): Promise<void> {
  const { issues } = await schema["~standard"].validate(data);
  if (!issues) return;
  throw new AttuneError(
    "ATTUNE_EVENT_INVALID",
    `The data does not fit the schema of ${JSON.stringify(eventType)}: ${describeIssues(issues)}.`,
    { details: { eventType, issues } },
  );
}
