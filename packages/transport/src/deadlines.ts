/**
 * Deadlines of many operations with one timer: a list in which the oldest is always first, since all have the same
 * duration. A timer per operation would cost more than the operation.
 */
import type { Clock, Timer } from "./clock.ts";

export interface Deadline {
  /** Says whether it was still running; an expired or cleared one stays what it is. */
  clear(): boolean;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #durationMs: number;
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, durationMs: number) {
    this.#clock = clock;
    this.#durationMs = durationMs;
  }

  /** Calls `expire` after the duration, unless it is cleared before. */
  start(expire: () => void): Deadline {
    const entry = new Entry(this, this.#clock.monotonic() + this.#durationMs, expire, this.#newest);
    if (this.#newest) this.#newest.next = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    if (!this.#timer) this.#arm(this.#durationMs);
    return entry;
  }

  /** Expires everything that is running now, and lets go of the timer. */
  expireAll(): void {
    while (this.#oldest) this.#expire(this.#oldest);
    this.#timer?.clear();
    this.#timer = undefined;
  }

  /** Takes an entry out of the list. */
  unlink(entry: Entry): void {
    if (entry.previous) entry.previous.next = entry.next;
    else this.#oldest = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    else this.#newest = entry.previous;
  }

  // The timer goes on when its deadline is cleared, and looks again when it fires: arming one per operation is what
  // this class avoids. It never keeps the process alive; the pending operation's socket does.
  #arm(ms: number): void {
    this.#timer = this.#clock.setTimer(() => this.#fire(), Math.max(1, Math.ceil(ms)), { background: true });
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    while (this.#oldest && this.#oldest.at <= now) this.#expire(this.#oldest);
    if (this.#oldest) this.#arm(this.#oldest.at - now);
  }

  #expire(entry: Entry): void {
    if (entry.clear()) entry.expire();
  }
}

class Entry implements Deadline {
  readonly #list: Deadlines;
  readonly at: number;
  readonly expire: () => void;
  previous: Entry | undefined;
  next: Entry | undefined;
  #running = true;

  constructor(list: Deadlines, at: number, expire: () => void, previous: Entry | undefined) {
    this.#list = list;
    this.at = at;
    this.expire = expire;
    this.previous = previous;
  }

  clear(): boolean {
    if (!this.#running) return false;
    this.#running = false;
    this.#list.unlink(this);
    return true;
  }
}
