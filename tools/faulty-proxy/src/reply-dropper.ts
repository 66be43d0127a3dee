/** Decides which replies get lost. */

export interface DropReplies {
  /** Every n-th reply that matches is lost: 1 loses all, 10 loses a tenth. Counted over all connections. */
  every: number;
  /**
   * Only replies that come while this holds for the connection's latest request chunk (as latin1 text), for example
   * `(request) => /xadd/i.test(request)`. With pipelining a chunk holds many commands, and so may a reply.
   */
  match?: (request: string) => boolean;
}

export class ReplyDropper {
  readonly #options: DropReplies;
  #seen = 0;

  constructor(options: DropReplies) {
    if (!Number.isInteger(options.every) || options.every < 1) {
      throw new RangeError(`every must be an integer of at least 1, not ${options.every}`);
    }
    this.#options = options;
  }

  drops(latestRequest: Buffer): boolean {
    const { every, match } = this.#options;
    if (match && !match(latestRequest.toString("latin1"))) return false;
    this.#seen += 1;
    return this.#seen % every === 0;
  }
}
