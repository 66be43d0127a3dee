/** How far a run is: stages that have ended count whole, those that run as far as they say. */
export class RunProgress {
  readonly #stages: number;
  readonly #running = new Map<string, number>();
  #ended = 0;

  constructor(stages: number) {
    this.#stages = stages;
  }

  /** 0 to 1. */
  get fraction(): number {
    let sum = this.#ended;
    for (const fraction of this.#running.values()) sum += fraction;
    return Math.min(1, sum / this.#stages);
  }

  began(stage: string): void {
    this.#running.set(stage, 0);
  }

  progressed(stage: string, fraction: number): void {
    this.#running.set(stage, fraction);
  }

  /** One that failed or was cancelled stays where it was. */
  completed(stage: string): void {
    this.#running.delete(stage);
    this.#ended++;
  }
}
