/** What was fetched and is not yet begun, who waits for it, and when it is time to fetch more. */
import type { Clock } from "@attune/transport";
import { Backlog } from "./backlog.ts";
import type { FetchSize } from "./fetch-size.ts";
import type { HeldDelivery } from "./held-delivery.ts";

/** How long what was fetched ahead waits for a handler before others may have it. */
const stuckMs = 500;

export class DeliveryQueue {
  readonly #size: FetchSize;
  readonly #waiting = new Backlog<HeldDelivery>();
  /** Who waits for an event, first come first served. */
  readonly #takers: ((held: HeldDelivery | undefined) => void)[] = [];
  /** How often somebody took, or asked for, an event. */
  #taken = 0;
  /** Wakes who waits for more to be wanted. */
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(size: FetchSize) {
    this.#size = size;
  }

  /** The one that is next. */
  get first(): HeldDelivery | undefined {
    return this.#waiting.first;
  }

  put(held: HeldDelivery): void {
    const taker = this.#takers.shift();
    if (taker) taker(held);
    else this.#waiting.push(held);
  }

  /** Takes the first, if there is one. */
  shift(): HeldDelivery | undefined {
    const held = this.#waiting.shift();
    if (held) this.#tookOne();
    return held;
  }

  /** Takes the next one. `undefined`: there are no more. */
  next(): Promise<HeldDelivery | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    const held = this.shift();
    if (held) return Promise.resolve(held);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#tookOne();
    });
  }

  /** How many to fetch now, if so many are about to be put in. 0: none. */
  wanted(now: number, adding: number): number {
    return this.#size.wanted(this.#waiting.size + adding, this.#takers.length, now);
  }

  fetched(wanted: number, got: number, now: number): void {
    this.#size.fetched(wanted, got, now);
  }

  /** Until more is wanted, or it is over. Resolves with what nobody has taken any of for long: it is better off elsewhere. */
  async untilWanted(clock: Clock): Promise<readonly HeldDelivery[]> {
    const taken = this.#taken;
    const woken = await new Promise<boolean>((resolve) => {
      const isAnyWaiting = this.#waiting.size > 0;
      const timer = isAnyWaiting && clock.setTimer(() => resolve(false), stuckMs, { background: true });
      this.#wake = () => {
        if (timer) timer.clear();
        resolve(true);
      };
    });
    this.#wake = undefined;
    if (woken || taken !== this.#taken) return [];
    this.#size.stuck();
    return this.drain();
  }

  /** Takes all that wait. */
  drain(): readonly HeldDelivery[] {
    return this.#waiting.drain();
  }

  /** Who waits gets none. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #tookOne(): void {
    this.#taken++;
    if (this.#wake && this.#size.isDue(this.#waiting.size, this.#takers.length)) this.#wake();
  }
}
