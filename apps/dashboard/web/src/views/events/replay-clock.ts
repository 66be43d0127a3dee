/** The time within a replayed span: runs at a speed, stops, is set, and waits where nothing is known yet. */
export interface ReplayClockOptions {
  /** Milliseconds since 1970, as all positions. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds of any clock that does not go back. */
  readonly now: () => number;
}

export class ReplayClock {
  readonly #options: ReplayClockOptions;
  #speed = 1;
  #running = false;
  /** Where it stood at `#since`. */
  #position: number;
  #since = 0;
  #limit: number;

  constructor(options: ReplayClockOptions) {
    this.#options = options;
    this.#position = options.from;
    this.#limit = options.to;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  get speed(): number {
    return this.#speed;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#options.to;
  }

  get position(): number {
    this.#settle();
    return this.#position;
  }

  play(): void {
    this.#settle();
    this.#running = true;
  }

  pause(): void {
    this.#settle();
    this.#running = false;
  }

  /** So many times as fast as it was; from 0 up. */
  setSpeed(speed: number): void {
    this.#settle();
    this.#speed = speed;
  }

  /** Goes there, within the span; whether it runs stays as it is. */
  seek(position: number): void {
    const { from, to, now } = this.#options;
    this.#position = Math.max(from, Math.min(to, position));
    this.#since = now();
    this.#limit = to;
  }

  /** Stands still there, until the limit is another one: time that it waits is not made up for. */
  limitTo(position: number): void {
    this.#settle();
    this.#limit = Math.min(this.#options.to, position);
  }

  #settle(): void {
    const now = this.#options.now();
    if (this.#running && this.#position < this.#limit) {
      this.#position = Math.min(this.#limit, this.#position + (now - this.#since) * this.#speed);
    }
    this.#since = now;
  }
}
