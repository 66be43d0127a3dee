/** The pages that are connected, in numbers. */

export class Clients {
  #connected = 0;
  #dropped = 0;

  get connected(): number {
    return this.#connected;
  }

  /** How many were too slow, or did not answer any more. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The result ends it. */
  add(): () => void {
    this.#connected += 1;
    let here = true;
    return () => {
      if (here) this.#connected -= 1;
      here = false;
    };
  }

  drop(): void {
    this.#dropped += 1;
  }
}
