/** What `consumeEvents` gives: an async iterable over the events of some or all types. */
import type { Batch, Cursor, Follower, FollowRequest, Gap, Logger, Transport } from "@attune/transport";
import type { EventDefinition } from "./define-event.ts";
import { fitDefinition } from "./fit-definition.ts";
import type { StreamEvent } from "./stream-event.ts";

export interface EventConsumerSetup {
  /** Or a promise, when it still has to be opened. */
  readonly transport: Transport | Promise<Transport>;
  readonly request: FollowRequest<StreamEvent>;
  readonly definitions: ReadonlyMap<string, EventDefinition>;
  /** Default: the transport's. */
  readonly logger?: Logger | undefined;
  readonly idleTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onGap?: ((gap: Gap) => void) | undefined;
}

export class EventConsumer<Event = StreamEvent> implements AsyncIterableIterator<Event>, AsyncDisposable {
  /**
   * Resolves once the position is fixed: what is published after that is delivered, always. Waits while the store is
   * away. Rejects with `ATTUNE_TRANSPORT_CLOSED` when the consumer is closed before.
   */
  readonly ready: Promise<void>;

  readonly #setup: EventConsumerSetup;
  readonly #typed: boolean;
  readonly #opened: Promise<Follower<StreamEvent>>;
  #transport: Transport | undefined;
  #follower: Follower<StreamEvent> | undefined;
  #batch: Batch<StreamEvent> | undefined;
  #index = 0;
  #closed = false;
  /** Calls to `next` that have to wait do so one after the other. */
  #waiting: Promise<unknown> | undefined;
  readonly #onAbort = () => void this.close();

  constructor(setup: EventConsumerSetup) {
    this.#setup = setup;
    this.#typed = setup.definitions.size > 0;
    this.#opened = this.#open();
    this.ready = this.#opened.then((follower) => follower.ready);
    this.ready.catch(() => {}); // nobody has to look at `ready`; what ends the consumer ends the iteration too
    if (setup.signal?.aborted) void this.close();
    else setup.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** Where this consumer stands, after the last event it delivered: plain JSON to store and pass as `from` later. */
  get cursor(): Cursor {
    const { from } = this.#setup.request;
    return this.#follower?.cursor ?? (typeof from === "string" ? { version: 1, positions: [] } : from);
  }

  next(): Promise<IteratorResult<Event, undefined>> {
    // Most events are there already: no waiting, no chain.
    if (this.#waiting === undefined && this.#batch !== undefined) {
      const event = this.#take(this.#batch);
      if (!(event instanceof Promise)) return Promise.resolve({ done: false, value: event });
      return event.then((value) => ({ done: false, value }));
    }
    const turn = (this.#waiting ?? Promise.resolve()).then(() => this.#wait());
    const settled: Promise<void> = turn.then(
      () => this.#turnOver(settled),
      () => this.#turnOver(settled),
    );
    this.#waiting = settled;
    return turn;
  }

  /** Ends the consumption; called by leaving a `for await` loop. */
  async return(): Promise<IteratorResult<Event, undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  /** Ends the consumption: a pending `next` is done at once. Safe to call twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#batch = undefined;
    this.#setup.signal?.removeEventListener("abort", this.#onAbort);
    await this.#follower?.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Starts following. A transport that cannot be opened ends the iteration with its error. */
  async #open(): Promise<Follower<StreamEvent>> {
    const { transport, request } = this.#setup;
    if (transport instanceof Promise) this.#transport = await transport;
    else this.#transport = transport;
    this.#follower = this.#transport.follow(request);
    if (this.#closed) await this.#follower.close();
    return this.#follower;
  }

  #turnOver(turn: Promise<unknown>): void {
    if (this.#waiting === turn) this.#waiting = undefined;
  }

  async #wait(): Promise<IteratorResult<Event, undefined>> {
    while (!this.#closed) {
      if (this.#batch) return { done: false, value: await this.#take(this.#batch) };
      const batch = await this.#nextBatch(this.#follower ?? (await this.#opened));
      if (!batch) break;
      this.#batch = batch;
      this.#index = 0;
      for (const gap of batch.gaps) this.#tell(gap);
    }
    await this.close();
    return { done: true, value: undefined };
  }

  async #nextBatch(follower: Follower<StreamEvent>): Promise<Batch<StreamEvent> | null> {
    const { idleTimeoutMs } = this.#setup;
    if (idleTimeoutMs === undefined) return follower.next();
    const idle = new AbortController();
    const timer = this.#transport!.clock.setTimer(() => idle.abort(), idleTimeoutMs);
    try {
      return await follower.next(idle.signal);
    } finally {
      timer.clear();
    }
  }

  #take(batch: Batch<StreamEvent>): Event | Promise<Event> {
    const index = this.#index++;
    if (this.#index === batch.items.length) this.#batch = undefined;
    this.#follower!.passed(batch, index);
    const event = batch.items[index]!;
    const definition = this.#typed ? this.#setup.definitions.get(batch.eventType) : undefined;
    return (definition ? fitDefinition(event, definition) : event) as Event | Promise<Event>;
  }

  #tell(gap: Gap): void {
    const { onGap, logger } = this.#setup;
    if (onGap) {
      onGap(gap);
      return;
    }
    const number = gap.missed === null ? "an unknown number of" : gap.missed;
    (logger ?? this.#transport!.logger).warn(
      `attune: a consumer of ${JSON.stringify(gap.eventType)} missed ${number} events: the stream was ${gap.reason}.`,
    );
  }
}
