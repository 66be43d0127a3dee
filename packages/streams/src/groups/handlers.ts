/** The handlers that are running, and what is on its way to one: closing waits for them, but for the one that closes. */
import { AsyncLocalStorage } from "node:async_hooks";
import { type Clock, sleep } from "@attune/transport";

/** Works off one event at a time. */
export class Hands {}

/** Whose handler a call is made by. */
const caller = new AsyncLocalStorage<Hands>();

export class Handlers {
  readonly #running = new Set<Hands>();
  /** Whose handler has asked for closing, and may wait for it. */
  readonly #closers = new Set<Hands>();
  readonly #underWay = new Set<Promise<unknown>>();
  /** Told whenever something has ended, while somebody waits for that. */
  #onEnded: (() => void) | undefined;

  /** Lets so many work, until all of them have ended. */
  async work(count: number, work: (hands: Hands) => Promise<void>): Promise<void> {
    const all = Array.from({ length: count }, () => {
      const hands = new Hands();
      return caller.run(hands, () => work(hands));
    });
    await Promise.all(all);
  }

  begun(hands: Hands): void {
    this.#running.add(hands);
  }

  ended(hands: Hands): void {
    this.#running.delete(hands);
    this.#onEnded?.();
  }

  /** What belongs to no hands: on its way to some, or being given up. */
  track<T>(running: Promise<T>): Promise<T> {
    this.#underWay.add(running);
    return running.finally(() => {
      this.#underWay.delete(running);
      this.#onEnded?.();
    });
  }

  /** The caller closes: if a handler does, it must not be waited for. */
  closing(): void {
    const hands = caller.getStore();
    if (hands) this.#closers.add(hands);
    this.#onEnded?.();
  }

  /** Until nothing is running, for so long at most. */
  async settled(clock: Clock, timeoutMs: number): Promise<void> {
    const isOver = () =>
      this.#underWay.size === 0 && [...this.#running].every((hands) => this.#closers.has(hands));
    const over = new AbortController();
    // Not at once: what was on its way to a handler gets there first.
    this.#onEnded = () => setImmediate(() => isOver() && over.abort());
    this.#onEnded();
    await sleep(clock, timeoutMs, { signal: over.signal });
    this.#onEnded = undefined;
  }
}
