/** Appends entries within a transaction: their ids, idempotency keys, and trimming. */
import type { AppendRequest } from "@attune/transport";
import { compareParts, type IdParts, toId } from "./entry-id.ts";
import { freeAt } from "./free-at.ts";
import { removedAtOnce, removeEntries } from "./remove-entries.ts";
import { largestOwner, rowId } from "./run-of-rows.ts";
import { type StreamTail, tailOf } from "./stream-log.ts";
import type { Transaction } from "./write-queue.ts";

/** How long an idempotency key is remembered. */
export const idempotencyMs = 120_000;

const insertEntry = `INSERT INTO entry (id, ms, seq, timestamp, data, source) VALUES (${rowId("?", "?")}, ?, ?, ?, ?, ?)`;

export class StreamAppender {
  /** The newest id given by this process: its ids grow over all streams. */
  #newest: IdParts = { ms: 0, seq: 0 };

  append(transaction: Transaction, requests: readonly AppendRequest[]): string[] {
    const { connection } = transaction;
    const tails = new Map<string, StreamTail>();
    const insert = connection.statement(insertEntry);
    const ids: string[] = [];
    const now = Date.now();
    for (const { eventType, timestamp, data, source, idempotencyKey } of requests) {
      const tail =
        tails.get(eventType) ?? tailOf(connection, eventType) ?? makeStream(transaction, eventType);
      tails.set(eventType, tail);
      const known = idempotencyKey === undefined ? undefined : knownId(transaction, tail, idempotencyKey);
      if (known !== undefined) {
        ids.push(known);
        continue;
      }
      const id = this.#next(now, tail.lastId);
      const last = tail.last + 1;
      insert.run(tail.number, last, id.ms, id.seq, timestamp, data, source);
      if (idempotencyKey !== undefined) remember(transaction, tail, idempotencyKey, id);
      tails.set(eventType, { number: tail.number, base: tail.base, last, lastId: id });
      ids.push(toId(id));
    }
    for (const eventType of tails.keys()) transaction.ring(`stream:${eventType}`);
    for (const { eventType, maxLength } of requests) trimAbout(transaction, tails, eventType, maxLength);
    return ids;
  }

  /** The wall clock's, unless it stands or has gone back. */
  #next(now: number, before: IdParts): IdParts {
    const newest = compareParts(this.#newest, before) > 0 ? this.#newest : before;
    this.#newest = now > newest.ms ? { ms: now, seq: 0 } : { ms: newest.ms, seq: newest.seq + 1 };
    return this.#newest;
  }
}

function makeStream({ connection, ring }: Transaction, eventType: string): StreamTail {
  const deleted = connection.statement("SELECT ms, seq FROM deleted_stream").get();
  const lastId = { ms: Number(deleted?.ms ?? 0), seq: Number(deleted?.seq ?? 0) };
  const { lastInsertRowid } = connection
    .statement("INSERT INTO stream (space, type, base, base_ms, base_seq) VALUES (?, ?, 0, ?, ?)")
    .run(connection.space, eventType, lastId.ms, lastId.seq);
  // Beyond, the ids of its rows would be those of others.
  if (lastInsertRowid > largestOwner) throw new Error(`there have been ${largestOwner} streams in this file`);
  ring("streams");
  return { number: Number(lastInsertRowid), base: 0, last: 0, lastId };
}

/** Drops the oldest entries once there are a tenth too many: rarely, and not many at once. */
function trimAbout(
  transaction: Transaction,
  tails: Map<string, StreamTail>,
  eventType: string,
  maxLength: number,
): void {
  const tail = tails.get(eventType)!;
  const tooMany = tail.last - tail.base - maxLength;
  if (tooMany <= Math.min(removedAtOnce, Math.max(10, maxLength / 10))) return;
  const upTo = tail.base + tooMany;
  removeEntries(transaction, tail, upTo);
  tails.set(eventType, { ...tail, base: upTo });
}

function knownId({ connection, now }: Transaction, { number }: StreamTail, key: string): string | undefined {
  const row = connection
    .statement("SELECT ms, seq FROM idempotency_key WHERE stream = ? AND key = ? AND at > ?")
    .get(number, key, Math.floor((now - idempotencyMs) * 1000));
  return row && `${row.ms}-${row.seq}`;
}

function remember(transaction: Transaction, { number }: StreamTail, key: string, { ms, seq }: IdParts): void {
  transaction.connection
    .statement("INSERT OR REPLACE INTO idempotency_key (at, stream, key, ms, seq) VALUES (?, ?, ?, ?, ?)")
    .run(freeAt(transaction, "idempotency_key"), number, key, ms, seq);
}
