/** Receipts: what each take took, for as long as somebody may ask for it again. */
import type { Connection } from "./connection.ts";
import { freeAt } from "./free-at.ts";
import { messageColumns, type Pending, toPending } from "./pending-messages.ts";
import type { Transaction } from "./write-queue.ts";

/** What was taken with a receipt, in the order of the take; `undefined` for a receipt that is not known. */
export function takenWith(connection: Connection, agent: string, receipt: string): Pending[] | undefined {
  const messages = messagesOf(connection, agent, receipt);
  if (messages === undefined) return undefined;
  const select = connection.statement(`SELECT ${messageColumns} FROM message WHERE at = ?`);
  return messages.flatMap((at) => {
    const row = select.get(at);
    return row ? [toPending(row)] : [];
  });
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
  const messages = messagesOf(connection, agent, receipt);
  if (messages === undefined) return;
  const remove = connection.statement("DELETE FROM message WHERE at = ? AND taken = 1");
  for (const at of messages) remove.run(at);
  connection
    .statement("DELETE FROM receipt WHERE space = ? AND agent = ? AND receipt = ?")
    .run(connection.space, agent, receipt);
}

function messagesOf(connection: Connection, agent: string, receipt: string): number[] | undefined {
  const row = connection
    .statement("SELECT messages FROM receipt WHERE space = ? AND agent = ? AND receipt = ?")
    .get(connection.space, agent, receipt);
  if (!row) return undefined;
  return row.messages === null ? [] : (JSON.parse(String(row.messages)) as number[]);
}
