/** Mailboxes as rows in the order of posting. */
import type {
  ListRequest,
  MailboxStore,
  Message,
  MessageSelector,
  PostOutcome,
  PostRequest,
  TakeRequest,
} from "@attune/transport";
import { chooseMessages } from "./choose-messages.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { freeAt } from "./free-at.ts";
import { type Pending, pendingMessages, toMessage } from "./pending-messages.ts";
import { forgetReceipt, rememberReceipt, takenWith } from "./receipts.ts";
import { ringAll } from "./ring-all.ts";
import type { Transaction } from "./write-queue.ts";

/** How long a receipt, and the id of what was posted, is remembered. */
export const rememberMs = 120_000;

/** Receipts whose messages have arrived are forgotten beside other writes, some at a time; beyond so many after their time. */
const maxArrived = 10_000;
const forgottenAtOnce = 50;

export class SqliteMailboxes implements MailboxStore {
  readonly #database: Database;
  #arrived: { readonly agent: string; readonly receipt: string }[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  post({ ttlMs, maxPending, ...message }: PostRequest): Promise<PostOutcome> {
    return this.#write((transaction): PostOutcome => {
      const { connection, now } = transaction;
      const { id, target, type, source, body } = message;
      if (wasPosted(transaction, id)) return "posted";
      if (isFull(transaction, target, maxPending)) return "full";
      connection
        .statement(
          `INSERT INTO message (at, space, id, target, type, source, body, expires, taken)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)`,
        )
        .run(freeAt(transaction, "message"), connection.space, id, target, type, source, body, now + ttlMs);
      connection
        .statement("INSERT OR REPLACE INTO posted (at, space, id) VALUES (?, ?, ?)")
        .run(freeAt(transaction, "posted"), connection.space, id);
      transaction.ring(target === null ? "broadcasts" : `mailbox:${target}`);
      return "posted";
    });
  }

  async take({ agent, wanted, receipt, arrived = [] }: TakeRequest): Promise<Message[]> {
    for (const known of arrived.slice(0, maxArrived - this.#arrived.length)) {
      this.#arrived.push({ agent, receipt: known });
    }
    const find = (connection: Connection) =>
      takenWith(connection, agent, receipt) ?? chooseMessages(connection, agent, wanted);
    // Most looks find nothing: those do not take the lock for writing.
    const found = await this.#database.read((connection) =>
      connection.snapshot(() => find(connection).length > 0),
    );
    if (!found) return [];
    return this.#write((transaction) => {
      const { connection } = transaction;
      const before = takenWith(connection, agent, receipt);
      if (before) return before.map(toMessage);
      const taken = chooseMessages(connection, agent, wanted);
      if (taken.length === 0) return [];
      const mark = connection.statement("UPDATE message SET taken = 1 WHERE at = ?");
      for (const { at, target } of taken) {
        if (target === null) see(connection, agent, at);
        else mark.run(at);
      }
      rememberReceipt(transaction, agent, receipt, taken);
      return taken.map(toMessage);
    });
  }

  restore(agent: string, receipt: string): Promise<void> {
    return this.#write((transaction) => {
      const { connection } = transaction;
      const taken = takenWith(connection, agent, receipt) ?? [];
      for (const { at } of taken) {
        connection.statement("UPDATE message SET taken = 0 WHERE at = ?").run(at);
        connection.statement("DELETE FROM seen WHERE message = ? AND agent = ?").run(at, agent);
      }
      rememberReceipt(transaction, agent, receipt, undefined);
      if (taken.length > 0) ringAll(transaction, `mailbox:${agent}`);
    });
  }

  list({ agent, selector, count }: ListRequest): Promise<Message[]> {
    return this.#database.read((connection) =>
      pendingMessages(connection, agent, selector, count).map(toMessage),
    );
  }

  clear(agent: string, selector: MessageSelector): Promise<number> {
    return this.#write(({ connection }) => {
      const cleared = pendingMessages(connection, agent, selector, -1); // all
      const remove = connection.statement("DELETE FROM message WHERE at = ?");
      for (const { at, target } of cleared) {
        if (target === null) see(connection, agent, at);
        else remove.run(at);
      }
      return cleared.length;
    });
  }

  #write<T>(change: (transaction: Transaction) => T): Promise<T> {
    return this.#database.write((transaction) => {
      for (const { agent, receipt } of this.#arrived.splice(0, forgottenAtOnce)) {
        forgetReceipt(transaction.connection, agent, receipt);
      }
      return change(transaction);
    });
  }
}

function wasPosted({ connection, now }: Transaction, id: string): boolean {
  const row = connection
    .statement("SELECT 1 FROM posted WHERE space = ? AND id = ? AND at > ?")
    .get(connection.space, id, Math.floor((now - rememberMs) * 1000));
  return row !== undefined;
}

/** Counts in the index first: those whose time is over are few, and soon removed. */
function isFull({ connection, now }: Transaction, target: string | null, maxPending: number): boolean {
  const pending = "FROM message WHERE space = ? AND taken = 0 AND target IS ?";
  const count = (sql: string, ...values: (string | number | null)[]) =>
    Number(connection.statement(`SELECT count(*) AS n FROM (${sql} LIMIT ?)`).get(...values, maxPending)?.n);
  const { space } = connection;
  return (
    count(`SELECT 1 ${pending}`, space, target) >= maxPending &&
    count(`SELECT 1 ${pending} AND expires > ?`, space, target, now) >= maxPending
  );
}

function see(connection: Connection, agent: string, message: Pending["at"]): void {
  connection.statement("INSERT OR IGNORE INTO seen (message, agent) VALUES (?, ?)").run(message, agent);
}
