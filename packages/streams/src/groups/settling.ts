/**
 * Tells the store what became of deliveries: everything of one turn of the event loop in one call, and what could not be
 * acknowledged, since the store was away, once more when it is back.
 */
import {
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

interface Call {
  readonly eventType: string;
  readonly send: (eventType: string, entries: readonly DeliveredEntry[]) => Promise<boolean[]>;
  /** What is done when the store could not be asked. */
  readonly again: boolean;
  readonly entries: DeliveredEntry[];
  readonly told: ((done: boolean) => void)[];
}

export class Settling {
  readonly #transport: Transport;
  readonly #degradation: Degradation;
  readonly #group: string;
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

  acknowledge(held: HeldDelivery, told: (done: boolean) => void): void {
    this.#add(`acknowledge ${held.streamType}`, held, told, this.#acknowledge, true);
  }

  extend(held: HeldDelivery, told: (done: boolean) => void): void {
    this.#add(`extend ${held.streamType}`, held, told, this.#extend, false);
  }

  handBack(
    held: HeldDelivery,
    how: { delayMs: number; counted: boolean },
    told: (done: boolean) => void,
  ): void {
    const { delayMs, counted } = how;
    const send = (eventType: string, entries: readonly DeliveredEntry[]) =>
      this.#transport.groups.handBack({ eventType, group: this.#group, entries, delayMs, counted });
    this.#add(`handBack ${delayMs} ${counted} ${held.streamType}`, held, told, send, false);
  }

  /** Resolves once everything that was to be told has been answered, or could not be told. */
  async settled(): Promise<void> {
    while (this.#calls.size > 0 || this.#underWay.size > 0) {
      this.flush();
      await Promise.allSettled(this.#underWay);
    }
  }

  flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) this.#track(this.#run(call));
  }

  readonly #acknowledge = (eventType: string, entries: readonly DeliveredEntry[]) =>
    this.#transport.groups.acknowledge({ eventType, group: this.#group, entries });

  readonly #extend = (eventType: string, entries: readonly DeliveredEntry[]) =>
    this.#transport.groups.extend({ eventType, group: this.#group, entries });

  #add(
    key: string,
    { streamType, delivery }: HeldDelivery,
    told: (done: boolean) => void,
    send: Call["send"],
    again: boolean,
  ): void {
    let call = this.#calls.get(key);
    if (!call) {
      call = { eventType: streamType, send, again, entries: [], told: [] };
      this.#calls.set(key, call);
    }
    call.entries.push({ id: delivery.entry.id, token: delivery.token });
    call.told.push(told);
    if (call.entries.length >= maxEntries) {
      this.#calls.delete(key);
      this.#track(this.#run(call));
      return;
    }
    this.#flushing ??= setImmediate(() => this.flush());
  }

  async #run({ eventType, send, again, entries, told }: Call): Promise<void> {
    let outcomes: readonly boolean[] | undefined;
    try {
      outcomes = await this.#degradation.attempt(() => send(eventType, entries), undefined);
    } catch {
      // The transport was closed: nothing can be told any more.
    }
    for (const [index, tell] of told.entries()) tell(outcomes?.[index] ?? false);
    if (outcomes === undefined && again && !this.#closing.aborted)
      void this.#repeat(eventType, send, entries);
  }

  /** Who asked has been told that it is not known. Acknowledged late, it is at least not delivered again. */
  async #repeat(eventType: string, send: Call["send"], entries: readonly DeliveredEntry[]): Promise<void> {
    while (!this.#closing.aborted) {
      await sleep(this.#transport.clock, pauseMs, { signal: this.#closing, background: true });
      await untilAvailable(this.#transport, this.#closing);
      if (this.#closing.aborted || this.#transport.status === "closed") return;
      const outcomes = await this.#degradation
        .attempt(() => send(eventType, entries), undefined)
        .catch(() => []); // closed meanwhile
      if (outcomes !== undefined) return;
    }
  }

  #track(running: Promise<void>): void {
    this.#underWay.add(running);
    void running.finally(() => this.#underWay.delete(running));
  }
}
