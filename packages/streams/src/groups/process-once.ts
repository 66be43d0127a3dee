/** Effectively once: the effect of an event is written together with the mark that it was. */
import type { GroupEvent } from "./group-event.ts";

/** Which event, for which group. */
export interface OnceKey {
  readonly group: string;
  readonly eventType: string;
  readonly eventId: string;
}

/** `done: false`: it was done before; the effect was not run. */
export type OnceOutcome<T> = { readonly done: true; readonly result: T } | { readonly done: false };

/** Where the marks are. `Transaction` is what an effect writes with. */
export interface OnceStore<Transaction = void> {
  /**
   * Runs the effect, unless it is marked as done, and marks it. When the effect throws nothing is marked, and its error is passed
   * on as it came.
   */
  once<T>(key: OnceKey, effect: (transaction: Transaction) => T | Promise<T>): Promise<OnceOutcome<T>>;
}

/**
 * Runs the effect of an event at most once with success, and acknowledges the event then, and also when it was done before.
 *
 * How much that promises is the store's: with `postgresOnce`, `sqliteOnce` or `duckdbOnce` of @attune/archive the effect's writes
 * and the mark are one transaction of that database, so what is written there is written exactly once, whatever dies when. With
 * `recordsOnce` the effect runs again if its process dies, or its store is away, between the effect and the mark. What an effect
 * does elsewhere (a mail, a call) is covered by neither.
 */
export async function processOnce<T, Transaction>(
  event: GroupEvent,
  store: OnceStore<Transaction>,
  effect: (transaction: Transaction) => T | Promise<T>,
): Promise<OnceOutcome<T>> {
  const outcome = await store.once(
    { group: event.group, eventType: event.eventType, eventId: event.eventId },
    effect,
  );
  await event.ack();
  return outcome;
}
