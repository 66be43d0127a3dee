/** Changes in the order in which they were asked for. Taking from the front costs nothing, however many wait. */
import type { AsOne, Change } from "./write-queue.ts";

export interface Waiting {
  readonly change: Change<unknown>;
  /** The same as one statement. */
  readonly asOne: AsOne<unknown> | undefined;
  /** It has to begin before. */
  readonly until: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** It, or something beside it in the same transaction, failed. */
  alone: boolean;
}

export class WaitingLine {
  #line: Waiting[] = [];
  #start = 0;

  get length(): number {
    return this.#line.length - this.#start;
  }

  get first(): Waiting | undefined {
    return this.at(0);
  }

  at(place: number): Waiting | undefined {
    return this.#line[this.#start + place];
  }

  add(waiting: Waiting): void {
    this.#line.push(waiting);
  }

  /** Removes the first ones. */
  remove(count: number): void {
    this.#start += count;
    if (this.#start < this.#line.length / 2) return;
    this.#line = this.#line.slice(this.#start);
    this.#start = 0;
  }

  takeAll(): Waiting[] {
    const all = this.#line.slice(this.#start);
    this.#line = [];
    this.#start = 0;
    return all;
  }

  /** Takes out those whose time is over. The pieces of a batch share theirs, so that they need not be the first. */
  takeLate(now: number): Waiting[] {
    const all = this.takeAll();
    const late = all.filter(({ until }) => until <= now);
    this.#line = late.length === 0 ? all : all.filter(({ until }) => until > now);
    return late;
  }
}
