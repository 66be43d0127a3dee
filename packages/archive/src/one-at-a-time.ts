/** Runs what it is given one after the other. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves once what was given so far is done, however it ended. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
