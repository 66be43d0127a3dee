/**
 * The mailboxes facet: messages from one agent to another, or to all.
 *
 * Glossary
 * - mailbox: what is pending for one agent. It comes into being with its first message and needs no opening.
 * - pending: posted, not taken, its time to live not over. Only what is pending can be taken, listed or cleared.
 * - broadcast: a message without a target. It is pending once for every agent there is or will be, until its time is over.
 * - take: to remove pending messages from a mailbox and get them. Of several takers of a message, one gets it. Taking a
 *   broadcast takes it from this agent's mailbox only.
 * - receipt: a name that a taker gives to one take. The same take with the same receipt again gives the same messages
 *   again: that is how a taker whose answer was lost asks for what is his.
 * - restoring: undoing a take by its receipt.
 *
 * Order: messages of one source and one type come in the order in which they were posted, broadcasts included.
 * Time is the store's, never a client's.
 */

export interface Message {
  /** As given by whoever posted it. */
  readonly id: string;
  /** The agent that it was posted to; `null`: a broadcast. */
  readonly target: string | null;
  readonly type: string;
  /** The agent that posted it. */
  readonly source: string;
  /** Well-formed text, opaque to every store. */
  readonly body: string;
}

export interface PostRequest extends Message {
  /** From 1. After so long nobody gets it any more. */
  readonly ttlMs: number;
  /** A mailbox that holds so many is full: nothing is posted, and nothing is dropped. Broadcasts are counted together. */
  readonly maxPending: number;
}

/** `"unknown"` comes from `withDegradation` only: the store could not be reached, the message may or may not be posted. */
export type PostOutcome = "posted" | "full" | "unknown";

/** Which messages: those of a type, of a source, of both, or all. */
export interface MessageSelector {
  readonly type?: string | undefined;
  readonly source?: string | undefined;
}

/**
 * What a take wants: the first `count` messages that any of the selectors selects, or one message for each of the
 * selectors (in their order, each the first that is left).
 */
export type Wanted =
  | { readonly anyOf: readonly MessageSelector[]; readonly count: number }
  | { readonly eachOf: readonly MessageSelector[] };

export interface TakeRequest {
  readonly agent: string;
  readonly wanted: Wanted;
  /** A new one for every take: 1 to 64 of `A-Z a-z 0-9 _ -`. Remembered for at least 2 minutes, or until it has `arrived`. */
  readonly receipt: string;
  /** Receipts of this agent whose messages have arrived: they need not be remembered. Filled in by the transport. */
  readonly arrived?: readonly string[] | undefined;
}

export interface ListRequest {
  readonly agent: string;
  readonly selector: MessageSelector;
  readonly count: number;
}

export interface MailboxStore {
  /**
   * Posts a message. The same id again stores nothing and answers `"posted"`, for at least `operationTimeoutMs`: a lost
   * answer can be asked for again.
   */
  post(request: PostRequest): Promise<PostOutcome>;

  /**
   * Takes what is wanted, all of it or nothing; nothing is `[]`. In the order of posting, or of the selectors for
   * `eachOf`. Rejecting, it may have taken: restore then.
   */
  take(request: TakeRequest): Promise<Message[]>;

  /**
   * Undoes a take: what it took is pending again in its old place, unless its time is over. A take with this receipt
   * that arrives later takes nothing. Safe to repeat. To be called before the agent's next take: that one tells the store
   * that what was taken before has arrived, and the store forgets it.
   */
  restore(agent: string, receipt: string): Promise<void>;

  /** What is pending, oldest first, without taking it. */
  list(request: ListRequest): Promise<Message[]>;

  /** Removes what is pending from this agent's mailbox, and from nobody else's. Answers how many. */
  clear(agent: string, selector: MessageSelector): Promise<number>;
}
