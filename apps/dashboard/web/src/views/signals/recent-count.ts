/** How many there were within the last minute, in steps of five seconds. */

export const countedMs = 60_000;
const stepMs = 5000;
const steps = countedMs / stepMs;

export class RecentCount {
  readonly #counts = new Uint32Array(steps);
  #step = 0;
  #sum = 0;

  /** Milliseconds since 1970; what is older than a minute does not count. */
  add(at: number, now: number): void {
    this.#goTo(now);
    const step = Math.min(Math.floor(at / stepMs), this.#step);
    if (step <= this.#step - steps) return;
    this.#counts[step % steps]! += 1;
    this.#sum += 1;
  }

  at(now: number): number {
    this.#goTo(now);
    return this.#sum;
  }

  #goTo(now: number): void {
    const step = Math.floor(now / stepMs);
    const passed = Math.min(step - this.#step, steps);
    for (let one = 1; one <= passed; one++) {
      const slot = (step - passed + one) % steps;
      this.#sum -= this.#counts[slot]!;
      this.#counts[slot] = 0;
    }
    if (step > this.#step) this.#step = step;
  }
}
