/** Rings in every process, for what the stores' tables do not tell by growing. */
import type { Topic } from "@attune/transport";
import { freeAt } from "./free-at.ts";
import type { Transaction } from "./write-queue.ts";

export function ringAll(transaction: Transaction, topic: Topic): void {
  const { connection } = transaction;
  connection
    .statement("INSERT INTO ring (at, space, topic) VALUES (?, ?, ?)")
    .run(freeAt(transaction, "ring"), connection.space, topic);
  transaction.ring(topic);
}
