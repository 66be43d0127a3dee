/**
 * Lets the event loop turn. SQLite answers within the call, so that a program which awaits one operation after the other would
 * never leave its microtasks: no timer would fire and no socket be read meanwhile.
 */

/** How long operations may follow each other in one turn. */
const turnMs = 2;

export class Turns {
  #number = 0;
  #startedAt = 0;
  #begun = false;

  /** Which turn this is. */
  get number(): number {
    this.#begin();
    return this.#number;
  }

  /** Whether this turn has lasted long enough. */
  get over(): boolean {
    return !this.#begin() && performance.now() - this.#startedAt > turnMs;
  }

  next(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Answers whether this is the first that we see of this turn. */
  #begin(): boolean {
    if (this.#begun) return false;
    this.#begun = true;
    this.#number++;
    this.#startedAt = performance.now();
    setImmediate(() => {
      this.#begun = false;
    });
    return true;
  }
}
