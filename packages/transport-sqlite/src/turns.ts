/**
 * Lets the event loop turn. SQLite answers within the call, so that a program which awaits one operation after the other would
 * never leave its microtasks: no timer would fire and no socket be read meanwhile.
 */

/** How long operations may follow each other in one turn. */
const turnMs = 2;

export class Turns {
  #startedAt = 0;
  #noted = false;

  /** Whether this turn has lasted long enough. */
  get over(): boolean {
    const now = performance.now();
    if (!this.#noted) {
      this.#noted = true;
      this.#startedAt = now;
      setImmediate(() => {
        this.#noted = false;
      });
      return false;
    }
    return now - this.#startedAt > turnMs;
  }

  next(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
