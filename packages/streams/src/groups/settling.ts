/**
 * Tells the store what became of deliveries: everything of one turn of the event loop in one call, and what could not be
 * acknowledged, since the store was away, once more when it is back.
 */
import {
  AttuneError,
  type Degradation,
  type DeliveredEntry,
  sleep,
  type Transport,
  untilAvailable,
} from "@attune/transport";
import type { HeldDelivery } from "./held-delivery.ts";

/** Entries per call. */
const maxEntries = 1000;
/** Before another attempt while the store says that it is there. */
const pauseMs = 500;
/** For so long. */
const repeatMs = 600_000;

type Send = (eventType: string, entries: readonly DeliveredEntry[]) => Promise<boolean[]>;

interface Call {
  readonly eventType: string;
  readonly send: Send;
  readonly held: HeldDelivery[];
  /** Who is told what came of each. Left out: the deliveries themselves, of their acknowledgement. */
  readonly told: ((done: boolean) => void)[] | undefined;
}

export class Settling {
  readonly #transport: Transport;
  readonly #degradation: Degradation;
  readonly #group: string;
  /** By stream. */
  readonly #acknowledging = new Map<string, Call>();
  /** By what is to be done, and stream. */
  readonly #calls = new Map<string, Call>();
  readonly #closing: AbortSignal;
  readonly #underWay = new Set<Promise<void>>();
  #flushing: NodeJS.Immediate | undefined;

  constructor(transport: Transport, degradation: Degradation, group: string, closing: AbortSignal) {
    this.#transport = transport;
    this.#degradation = degradation;
    this.#group = group;
    this.#closing = closing;
  }

  /** What comes of it is told to the delivery itself. */
  acknowledge(held: HeldDelivery): void {
    let call = this.#acknowledging.get(held.streamType);
    if (!call) {
      call = { eventType: held.streamType, send: this.#acknowledge, held: [], told: undefined };
      this.#acknowledging.set(held.streamType, call);
    }
    call.held.push(held);
    if (call.held.length >= maxEntries) {
      this.#acknowledging.delete(held.streamType);
      this.#track(this.#run(call));
    } else {
      this.#flushing ??= setImmediate(() => this.flush());
    }
  }

  extend(held: HeldDelivery): Promise<boolean> {
    return this.#add(`extend ${held.streamType}`, held, this.#extend);
  }

  handBack(held: HeldDelivery, delayMs: number, counted: boolean): Promise<boolean> {
    return this.#add(`${delayMs} ${counted} ${held.streamType}`, held, (eventType, entries) =>
      this.#transport.groups.handBack({ eventType, group: this.#group, entries, delayMs, counted }),
    );
  }

  /** Resolves once everything that was to be told has been answered, or could not be told. */
  async settled(): Promise<void> {
    while (this.#calls.size > 0 || this.#acknowledging.size > 0 || this.#underWay.size > 0) {
      this.flush();
      await Promise.allSettled(this.#underWay);
    }
  }

  flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const calls = [...this.#acknowledging.values(), ...this.#calls.values()];
    this.#acknowledging.clear();
    this.#calls.clear();
    for (const call of calls) this.#track(this.#run(call));
  }

  readonly #acknowledge: Send = (eventType, entries) =>
    this.#transport.groups.acknowledge({ eventType, group: this.#group, entries });

  readonly #extend: Send = (eventType, entries) =>
    this.#transport.groups.extend({ eventType, group: this.#group, entries });

  #add(key: string, held: HeldDelivery, send: Send): Promise<boolean> {
    let call = this.#calls.get(key);
    if (!call) {
      call = { eventType: held.streamType, send, held: [], told: [] };
      this.#calls.set(key, call);
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    call.held.push(held);
    call.told!.push(resolve);
    if (call.held.length >= maxEntries) {
      this.#calls.delete(key);
      this.#track(this.#run(call));
    } else {
      this.#flushing ??= setImmediate(() => this.flush());
    }
    return promise;
  }

  async #run({ eventType, send, held, told }: Call): Promise<void> {
    let outcomes: readonly boolean[] | undefined;
    try {
      outcomes = await this.#degradation.attempt(() => send(eventType, held), undefined);
    } catch (error) {
      this.#failed(error);
    }
    for (const [index, one] of held.entries()) {
      const done = outcomes?.[index] ?? false;
      if (told) told[index]!(done);
      else one.acknowledged(done);
    }
    if (outcomes === undefined && !told && !this.#closing.aborted) void this.#repeat(eventType, send, held);
  }

  /** Who asked has been told that it is not known. Acknowledged late, it is at least not delivered again. */
  async #repeat(eventType: string, send: Send, entries: readonly DeliveredEntry[]): Promise<void> {
    const { clock } = this.#transport;
    // A store that refuses may do so for ever; by then others have had the entries.
    const giveUpAt = clock.monotonic() + repeatMs;
    while (!this.#closing.aborted && clock.monotonic() < giveUpAt) {
      await sleep(clock, pauseMs, { signal: this.#closing, background: true });
      await untilAvailable(this.#transport, this.#closing);
      if (this.#closing.aborted || this.#transport.status === "closed") return;
      try {
        if (await this.#degradation.attempt(() => send(eventType, entries), undefined)) return;
      } catch (error) {
        this.#failed(error);
        return;
      }
    }
  }

  /** A transport that was closed can be told nothing any more; anything else is a mistake of ours. */
  #failed(error: unknown): void {
    if (error instanceof AttuneError && error.code === "ATTUNE_TRANSPORT_CLOSED") return;
    this.#transport.logger.error(`attune: a group's deliveries could not be settled: ${String(error)}`);
  }

  #track(running: Promise<void>): void {
    this.#underWay.add(running);
    void running.finally(() => this.#underWay.delete(running));
  }
}
