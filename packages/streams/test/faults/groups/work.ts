/** What the workers of the fault tests are given, told, and tell; and what they note. */

export const group = "workers";
export const eventType = "job";
/** Many: each worker that is killed with an event in its hands counts as one that it was delivered to in vain. */
export const maxDeliveries = 10;

export interface WorkArgument {
  readonly url: string;
  /** The file that it notes in what it has processed, a line for each event. */
  readonly ledger: string;
  /** The handler throws for each multiple of it. 0: never. */
  readonly poisonEvery: number;
  readonly minIdleMs: number;
  /** Left out: the default. */
  readonly count?: number;
  readonly operationTimeoutMs?: number;
  /** Left out: the default. Else the handler waits so long before it notes anything. */
  readonly handlerMs?: number;
}

/** To stand still for so long (milliseconds) in the next handler, or to close everything and end. */
export type Order = { readonly block: number } | "end";

/** Sent when it is ready to work, and as it ends. */
export interface WorkReport {
  readonly warnings: readonly string[];
}

/** The numbers of one note: an event was processed, and what its acknowledging answered. */
export type Note = "processed" | "acknowledged" | "refused";

export function poisonText(n: number): string {
  return `cannot do ${n}`;
}
