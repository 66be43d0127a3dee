/** Where the deliveries of a call come from: from what is new, or from what is pending. */
import type { Delivery } from "@attune/transport";
import type { Connection } from "./connection.ts";
import type { GroupOfStream } from "./group-row.ts";
import type { Transaction } from "./write-queue.ts";

/**
 * Entries of a call that are delivered, settled or listed in one piece: in between others write, and the event loop goes on.
 */
export const pieceEntries = 500;

export interface Taking {
  readonly consumer: string;
  /** What the tokens of this call have in common. */
  readonly drawn: number;
  readonly count: number;
}

/** What one transaction has delivered. */
export interface Piece {
  readonly deliveries: readonly Delivery[];
  readonly missed: number;
  readonly lostIds: readonly string[];
  /** There is nothing more for this call. */
  readonly isLast: boolean;
}

export interface GroupSource {
  /** Whether it is worth the lock for writing. */
  hasSome(connection: Connection, found: GroupOfStream): boolean;
  take(transaction: Transaction, found: GroupOfStream, taking: Taking): Piece;
}
