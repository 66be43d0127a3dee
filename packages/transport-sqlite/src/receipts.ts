/** Receipts: what each take took, for as long as somebody may ask for it again. */
import type { Connection } from "./connection.ts";
import { freeAt } from "./free-at.ts";
import { messagesAt, type Pending } from "./pending-messages.ts";
import type { Row } from "./statement.ts";
import type { Transaction } from "./write-queue.ts";

/** What was taken with a receipt, in the order of the take; `undefined` for a receipt that is not known. */
export function takenWith(connection: Connection, agent: string, receipt: string): Pending[] | undefined {
  const messages = messagesOf(connection, agent, receipt);
  if (messages === undefined) return undefined;
  return messagesAt(connection, messages);
}

/** `undefined` messages: nothing can be taken with it any more. */
export function rememberReceipt(
  transaction: Transaction,
  agent: string,
  receipt: string,
  taken: readonly Pending[] | undefined,
): void {
  const { connection } = transaction;
  const messages = taken ? JSON.stringify(taken.map(({ at }) => at)) : null;
  connection
    .statement("INSERT OR REPLACE INTO receipt (at, space, agent, receipt, messages) VALUES (?, ?, ?, ?, ?)")
    .run(freeAt(transaction, "receipt"), connection.space, agent, receipt, messages);
}

/** Nobody asks for it again: the receipt goes, and what was taken with it. */
export function forgetReceipt(connection: Connection, agent: string, receipt: string): void {
  const row = connection
    .statement("DELETE FROM receipt WHERE space = ? AND agent = ? AND receipt = ? RETURNING messages")
    .get(connection.space, agent, receipt);
  if (row) removeTaken(connection, row);
}

/** The oldest, if nobody asks for them any more: at most so many. Answers how many. */
export function forgetReceiptsBefore(connection: Connection, at: number, count: number): number {
  const rows = connection
    .statement(
      `DELETE FROM receipt WHERE at IN (SELECT at FROM receipt WHERE at <= ? ORDER BY at LIMIT ?) RETURNING messages`,
    )
    .all(at, count);
  for (const row of rows) removeTaken(connection, row);
  return rows.length;
}

function removeTaken(connection: Connection, receipt: Row): void {
  const remove = connection.statement("DELETE FROM message WHERE at = ? AND taken = 1");
  for (const at of messagesIn(receipt)) remove.run(at);
}

function messagesOf(connection: Connection, agent: string, receipt: string): number[] | undefined {
  const row = connection
    .statement("SELECT messages FROM receipt WHERE space = ? AND agent = ? AND receipt = ?")
    .get(connection.space, agent, receipt);
  return row && messagesIn(row);
}

function messagesIn({ messages }: Row): number[] {
  return messages === null ? [] : (JSON.parse(String(messages)) as number[]);
}
