/** What `consumeGroup` gives: the events that fall to one consumer of a group, to iterate over or to be handled by `run`. */
import {
  AttuneError,
  Degradation,
  type Delivery,
  type Gap,
  type Logger,
  type Transport,
  transportWith,
} from "@attune/transport";
import type { EventDefinition } from "../define-event.ts";
import { fitDefinition } from "../fit-definition.ts";
import type { StreamEvent } from "../stream-event.ts";
import { doubling, type GroupSettings } from "./consume-group-options.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { FetchSize } from "./fetch-size.ts";
import { GivingUp, textOf } from "./giving-up.ts";
import { type Delivered, DeliveredEvent, type GroupEvent, type NackOptions } from "./group-event.ts";
import { GroupIteration } from "./group-iteration.ts";
import { type Fetched, GroupReader } from "./group-reader.ts";
import { GroupStreams } from "./group-streams.ts";
import { GroupWake } from "./group-wake.ts";
import { Handlers, type Hands } from "./handlers.ts";
import { type DeliveryHolder, HeldDelivery } from "./held-delivery.ts";
import { fromRetry } from "./retry-stream.ts";
import { Settling } from "./settling.ts";

export interface GroupConsumerSetup {
  /** Or a promise, when it still has to be opened. */
  readonly transport: Transport | Promise<Transport>;
  readonly settings: GroupSettings;
  readonly eventTypes: readonly string[] | "all";
  readonly definitions: ReadonlyMap<string, EventDefinition>;
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Page {
  readonly wanted: number;
  readonly fetched: readonly Fetched[];
  readonly count: number;
}

interface Opened {
  readonly transport: Transport;
  readonly degradation: Degradation;
  readonly reader: GroupReader;
  readonly streams: GroupStreams;
  readonly settling: Settling;
  readonly givingUp: GivingUp;
}

export class GroupConsumer<Event extends Delivered = GroupEvent>
  implements AsyncIterable<Event>, AsyncDisposable, DeliveryHolder
{
  /**
   * Resolves once the group exists in every stream: from then on nothing that is published is missed. Waits while the store
   * is away. Rejects with `ATTUNE_TRANSPORT_CLOSED` when the consumer is closed before.
   */
  readonly ready: Promise<void>;
  /** The group's name. */
  readonly group: string;
  /** This consumer's name. */
  readonly consumer: string;

  readonly #setup: GroupConsumerSetup;
  readonly #opened: Promise<Opened>;
  readonly #closing = new AbortController();
  /** From when nothing is told to the store any more. */
  readonly #closed = new AbortController();
  readonly #queue: DeliveryQueue;
  readonly #handlers = new Handlers();
  #state: Opened | undefined;
  readonly #fetching: Promise<void>;
  #failure: { readonly error: unknown } | undefined;
  #closingDone: Promise<void> | undefined;
  readonly #onAbort = () => void this.close();

  constructor(setup: GroupConsumerSetup) {
    this.#setup = setup;
    const { group, consumer, concurrency, count } = setup.settings;
    this.group = group;
    this.consumer = consumer;
    this.#queue = new DeliveryQueue(new FetchSize(concurrency, count));
    this.#opened = this.#open();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.ready.catch(() => {}); // nobody has to look at `ready`
    this.#fetching = this.#fetchAll(resolve, reject);
    if (setup.signal?.aborted) void this.close();
    else setup.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /**
   * With `autoAck`, an event is acknowledged when the next one is asked for. Leaving the loop hands back the event it was left
   * with, unless that was acknowledged, and closes the consumer. Several loops at once share the events.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Event> {
    return new GroupIteration<Event>(this, this.#setup.settings.autoAck);
  }

  /**
   * Calls `handler` for each event, `concurrency` at a time, until the consumer is closed. What it succeeds with is acknowledged
   * (with `autoAck`); what it throws for is tried again after `retryDelayMs`, and becomes a dead letter after `maxDeliveries`.
   */
  async run(handler: (event: Event) => unknown): Promise<void> {
    await this.#handlers.work(this.#setup.settings.concurrency, (hands) => this.#work(hands, handler));
  }

  /**
   * The next event for whoever asks. `undefined`: closed.
   * @internal
   */
  async take(): Promise<Event | undefined> {
    return this.takeWaiting() ?? this.#next();
  }

  /**
   * Fetches no more, hands back what was not begun, and waits for handlers that are running, for `drainTimeoutMs` at most.
   * What they finish later can still be acknowledged while the transport is open. Safe to call twice.
   */
  close(): Promise<void> {
    this.#handlers.closing();
    this.#closingDone ??= this.#close();
    return this.#closingDone;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What deliveries ask for.

  acknowledge(held: HeldDelivery): void {
    this.#state!.settling.acknowledge(held);
  }

  async extend(held: HeldDelivery): Promise<boolean> {
    const ours = await this.#state!.settling.extend(held);
    if (ours) held.heldSince = this.#state!.transport.clock.monotonic();
    return ours;
  }

  async fail(held: HeldDelivery, { delayMs, error }: NackOptions): Promise<boolean> {
    const { settings } = this.#setup;
    if (held.deliveries >= settings.maxDeliveries) {
      const reason = error ?? `it was handed back ${held.deliveries} times`;
      if (await this.#state!.givingUp.giveUp(held, reason, held.deliveries)) return true;
      // Not known to be kept: it must not go.
      return this.#handBack(held, 1000, false);
    }
    return this.#handBack(held, Math.ceil(delayMs ?? this.#retryDelayMs(held, error)), true);
  }

  #retryDelayMs({ deliveries }: HeldDelivery, error: unknown): number {
    try {
      return this.#setup.settings.retryDelayMs(deliveries, error);
    } catch (mistake) {
      this.#warn("retryDelayMs", mistake);
      return doubling(deliveries);
    }
  }

  async #handBack(held: HeldDelivery, delayMs: number, counted: boolean): Promise<boolean> {
    const { settling, reader } = this.#state!;
    const done = await settling.handBack(held, delayMs, counted);
    if (done) reader.dueIn(delayMs);
    return done;
  }

  // The handlers.

  async #work(hands: Hands, handler: (event: Event) => unknown): Promise<void> {
    for (;;) {
      // Most events are there already: no waiting, no chain.
      const event = this.takeWaiting() ?? (await this.#next());
      if (!event) return;
      this.#handlers.begun(hands);
      try {
        const handling = handler(event);
        // One that answers at once need not be waited for.
        if (isThenable(handling)) await handling;
        if (this.#setup.settings.autoAck) (event as unknown as DeliveredEvent).done();
      } catch (error) {
        await this.#failed(event, error);
      }
      this.#handlers.ended(hands);
    }
  }

  async #failed(event: Event, error: unknown): Promise<void> {
    try {
      this.#setup.settings.onError?.(error, event as unknown as GroupEvent);
    } catch (mistake) {
      this.#warn("onError", mistake);
    }
    await event.nack({ error });
  }

  /**
   * The next event, if there is one that needs no waiting for anything: most are there already, and each promise counts.
   * @internal
   */
  takeWaiting(): Event | undefined {
    if (this.#closing.signal.aborted) return undefined;
    const { first } = this.#queue;
    if (!first || !this.#canBegin(first)) return undefined;
    this.#queue.shift();
    return first.event as unknown as Event;
  }

  async #next(): Promise<Event | undefined> {
    for (;;) {
      const held = await this.#queue.next();
      if (!held) {
        if (this.#failure) throw this.#failure.error;
        return undefined;
      }
      if (this.#canBegin(held) && !this.#closing.signal.aborted) return held.event as unknown as Event;
      const event = await this.#handlers.track(this.#prepare(held));
      if (event) return event;
    }
  }

  /** Nothing has to be found out before. */
  #canBegin(held: HeldDelivery): boolean {
    return !this.#setup.definitions.has(held.event.eventType) && this.#isFresh(held);
  }

  /** `undefined`: it is not ours any more, or the consumer was closed meanwhile. */
  async #prepare(held: HeldDelivery): Promise<Event | undefined> {
    // What has waited here for long may be about to be claimed by another consumer: better ask.
    if (!this.#isFresh(held) && !(await this.extend(held))) return undefined;
    const { event } = held;
    const definition = this.#setup.definitions.get(event.eventType);
    const fitted = definition ? await fitDefinition(event as StreamEvent, definition) : event;
    if (!this.#closing.signal.aborted) return fitted as unknown as Event;
    await this.#handBack(held, 0, false);
    return undefined;
  }

  #isFresh({ heldSince }: HeldDelivery): boolean {
    return this.#state!.transport.clock.monotonic() - heldSince < this.#setup.settings.minIdleMs / 2;
  }

  // The fetching.

  async #open(): Promise<Opened> {
    const { settings, eventTypes, logger } = this.#setup;
    const { group } = settings;
    const component = `the consumer of group ${JSON.stringify(group)}`;
    // A consumer waits for its store whatever `onUnavailable` says, as followers do.
    const given = await this.#setup.transport;
    // As it is where it can be: consumers of one transport tell of an outage once.
    const transport =
      given.onUnavailable === "degrade" ? given : transportWith(given, { onUnavailable: "degrade" });
    const degradation = new Degradation(transport, { component, logger });
    const tell = (gap: Gap) => this.#tell(gap);
    const streams = new GroupStreams({ transport, group, eventTypes, from: settings.from, tell });
    const wake = new GroupWake({
      transport,
      eventTypes: eventTypes === "all" ? "all" : [...eventTypes, streams.retryType],
      blockMs: settings.blockMs,
    });
    const settling = new Settling(transport, degradation, group, this.#closed.signal);
    this.#state = {
      transport,
      degradation,
      streams,
      reader: new GroupReader(transport, degradation, settings, streams, wake, this.#closing.signal),
      settling,
      givingUp: new GivingUp({
        transport,
        logger: logger ?? transport.logger,
        consumer: settings.consumer,
        settling,
        deadLetters: new DeadLetters(transport, degradation),
      }),
    };
    return this.#state;
  }

  async #fetchAll(ready: () => void, failed: (error: unknown) => void): Promise<void> {
    try {
      const { reader } = await this.#opened;
      await reader.open();
      if (!this.#closing.signal.aborted) ready();
      await this.#fetchPages(reader);
    } catch (error) {
      // Its transport could not be opened, or was closed under it.
      if (!(error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED"))
        this.#failure = { error };
      failed(error);
      void this.close();
    }
    failed(new AttuneError("ATTUNE_TRANSPORT_CLOSED", "The consumer was closed before it was ready."));
  }

  async #fetchPages(reader: GroupReader): Promise<void> {
    const { clock } = this.#state!.transport;
    let fetching: Promise<Page> | undefined;
    while (!this.#closing.signal.aborted) {
      fetching ??= this.#startFetch(reader, 0);
      if (!fetching) {
        this.#handBackAll(await this.#queue.untilWanted(clock));
        continue;
      }
      const page: Page = await fetching;
      this.#queue.fetched(page.wanted, page.count, clock.monotonic());
      if (page.count === 0) {
        fetching = undefined;
        await reader.idle();
        continue;
      }
      // The next page is on its way while this one is worked off, which may take the thread until it is done: so the request
      // has to go out first. And a store in memory answers at once: everybody else gets a turn too.
      fetching = this.#startFetch(reader, page.count);
      await new Promise((resolve) => setImmediate(resolve));
      this.#receive(page);
    }
    // What came too late is handed back.
    if (fetching) this.#receive(await fetching);
  }

  /** `undefined`: no more are wanted now. So many are about to be added to what waits. */
  #startFetch(reader: GroupReader, adding: number): Promise<Page> | undefined {
    const wanted = this.#queue.wanted(this.#state!.transport.clock.monotonic(), adding);
    if (wanted === 0) return undefined;
    const fetching = reader.fetch(wanted).then(({ fetched, count }) => ({ wanted, fetched, count }));
    fetching.catch(() => {}); // met where it is waited for
    return fetching;
  }

  /** As if they had not been delivered. */
  #handBackAll(all: readonly HeldDelivery[]): void {
    for (const held of all) void this.#handBack(held, 0, false);
  }

  #receive({ fetched }: Page): void {
    for (const { streamType, deliveries } of fetched) {
      for (const delivery of deliveries) this.#receiveOne(streamType, delivery);
    }
  }

  #receiveOne(streamType: string, delivery: Delivery): void {
    const { transport, streams, givingUp } = this.#state!;
    const held = new HeldDelivery(this, streamType, delivery, transport.clock.monotonic());
    if (this.#closing.signal.aborted) {
      void this.#handBack(held, 0, false);
      return;
    }
    const origin = streamType === streams.retryType ? fromRetry(delivery.entry) : undefined;
    const eventType = origin?.eventType ?? streamType;
    const event = new DeliveredEvent(origin?.entry ?? delivery.entry, eventType, held);
    held.event = event as unknown as GroupEvent;
    const { maxDeliveries } = this.#setup.settings;
    if (delivery.deliveries > maxDeliveries) {
      const reason = `it was delivered ${maxDeliveries} times, and never acknowledged: its consumers died, or took longer than minIdleMs`;
      const giving = givingUp.giveUp(held, reason, maxDeliveries);
      void this.#handlers.track(giving.then((gone) => gone || this.#handBack(held, 1000, false)));
      return;
    }
    this.#queue.put(held);
  }

  #tell(gap: Gap): void {
    const { settings, logger } = this.#setup;
    if (settings.onGap) {
      try {
        settings.onGap(gap);
      } catch (mistake) {
        this.#warn("onGap", mistake);
      }
      return;
    }
    const number = gap.missed === null ? "an unknown number of" : gap.missed;
    (logger ?? this.#state!.transport.logger).warn(
      `attune: the group ${JSON.stringify(this.group)} missed ${number} events of ${JSON.stringify(gap.eventType)}: the stream was ${gap.reason}.`,
    );
  }

  /** A mistake in what the program gave us is no reason to stop working, nor to stay silent. */
  #warn(option: string, mistake: unknown): void {
    const logger = this.#setup.logger ?? this.#state!.transport.logger;
    logger.warn(
      `attune: the consumer of group ${JSON.stringify(this.group)}: its ${option} failed: ${textOf(mistake)}`,
    );
  }

  async #close(): Promise<void> {
    const { signal, settings } = this.#setup;
    signal?.removeEventListener("abort", this.#onAbort);
    this.#closing.abort();
    this.#queue.end();
    const state = await this.#opened.catch(() => undefined);
    if (!state) return;
    const { transport, reader, settling, streams } = state;
    reader.close();
    // What is being fetched now is handed back as well.
    await this.#fetching;
    this.#handBackAll(this.#queue.drain());
    await this.#handlers.settled(transport.clock, settings.drainTimeoutMs);
    await settling.settled();
    this.#closed.abort();
    const { group, consumer } = this;
    await state.degradation
      .attempt(
        () => transport.groups.leave({ eventTypes: [...streams.all, streams.retryType], group, consumer }),
        undefined,
      )
      .catch(() => {}); // its transport was closed before it
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
