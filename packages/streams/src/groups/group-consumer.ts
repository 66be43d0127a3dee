/** What `consumeGroup` gives: the events that fall to one consumer of a group, to iterate over or to be handled by `run`. */
import { AttuneError, type Logger, type Transport } from "@attune/transport";
import type { EventDefinition } from "../define-event.ts";
import { fitDefinition } from "../fit-definition.ts";
import type { StreamEvent } from "../stream-event.ts";
import type { GroupSettings } from "./consume-group-options.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { FetchSize } from "./fetch-size.ts";
import type { Delivered, DeliveredEvent, GroupEvent } from "./group-event.ts";
import { GroupIteration } from "./group-iteration.ts";
import { Handlers, type Hands } from "./handlers.ts";
import type { HeldDelivery } from "./held-delivery.ts";
import { type GroupWork, openGroupWork } from "./open-group-work.ts";

export interface GroupConsumerSetup {
  /** Or a promise, when it still has to be opened. */
  readonly transport: Transport | Promise<Transport>;
  readonly settings: GroupSettings;
  readonly eventTypes: readonly string[] | "all";
  readonly definitions: ReadonlyMap<string, EventDefinition>;
  readonly logger?: Logger | undefined;
  readonly signal?: AbortSignal | undefined;
}

export class GroupConsumer<Event extends Delivered = GroupEvent>
  implements AsyncIterable<Event>, AsyncDisposable
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
  readonly #opening: Promise<GroupWork>;
  readonly #closing = new AbortController();
  /** From when nothing is told to the store any more. */
  readonly #closed = new AbortController();
  readonly #queue: DeliveryQueue;
  readonly #handlers = new Handlers();
  #opened: GroupWork | undefined;
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
    this.#opening = openGroupWork({
      ...setup,
      queue: this.#queue,
      handlers: this.#handlers,
      closing: this.#closing.signal,
      closed: this.#closed.signal,
    });
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
    this.#opened!.notices.handlerFailed(error, event as unknown as GroupEvent);
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
    return !this.#setup.definitions.has(held.event.eventType) && this.#opened!.outcomes.isFresh(held);
  }

  /** `undefined`: it is not ours any more, or the consumer was closed meanwhile. */
  async #prepare(held: HeldDelivery): Promise<Event | undefined> {
    // What has waited here for long may be about to be claimed by another consumer: better ask.
    if (!this.#opened!.outcomes.isFresh(held) && !(await this.#opened!.outcomes.extend(held)))
      return undefined;
    const { event } = held;
    const definition = this.#setup.definitions.get(event.eventType);
    const fitted = definition ? await fitDefinition(event as StreamEvent, definition) : event;
    if (!this.#closing.signal.aborted) return fitted as unknown as Event;
    await this.#opened!.outcomes.release(held);
    return undefined;
  }

  // The fetching.

  async #fetchAll(ready: () => void, failed: (error: unknown) => void): Promise<void> {
    try {
      this.#opened = await this.#opening;
      await this.#opened.reader.open();
      if (!this.#closing.signal.aborted) ready();
      await this.#opened.fetchLoop.run();
    } catch (error) {
      // Its transport could not be opened, or was closed under it.
      if (!(error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED"))
        this.#failure = { error };
      failed(error);
      void this.close();
    }
    failed(new AttuneError("ATTUNE_TRANSPORT_CLOSED", "The consumer was closed before it was ready."));
  }

  async #close(): Promise<void> {
    const { signal, settings } = this.#setup;
    signal?.removeEventListener("abort", this.#onAbort);
    this.#closing.abort();
    this.#queue.end();
    const opened = await this.#opening.catch(() => undefined);
    if (!opened) return;
    opened.reader.close();
    // What is being fetched now is handed back as well.
    await this.#fetching;
    for (const held of this.#queue.drain()) void opened.outcomes.release(held);
    await this.#handlers.settled(opened.transport.clock, settings.drainTimeoutMs);
    await opened.settling.settled();
    this.#closed.abort();
    await opened.leave();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
