/**
 * The bell: "something may have changed". It is a hint, never the truth: it may ring for nothing, ring once for many
 * changes, and be missed. A waiter looks first, then sleeps until rung or until a safety interval, and looks again.
 */

/** What may have changed. */
export type Topic =
  /** Entries were added to the stream of this event type. */
  | `stream:${string}`
  /** A stream of a new event type may have come into being. */
  | "streams"
  /** A message was posted to this agent, or restored to it. */
  | `mailbox:${string}`
  /** A broadcast was posted. */
  | "broadcasts"
  /** A put into this bucket asked to be announced. */
  | `records:${string}`;

export interface Watch {
  /** Resolves once changes made from now on ring (as far as a hint can promise). Rejects when the store is away. */
  readonly ready: Promise<void>;
  /** Stops the ringing. Safe to call twice. */
  close(): void;
}

export interface Bell {
  /** Calls `ring` some time after something under one of the topics may have changed. `ring` must not throw. */
  watch(topics: readonly Topic[], ring: () => void): Watch;
}
