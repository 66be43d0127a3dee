/** Appends entries within a transaction: their ids, idempotency keys, and trimming. */
import type { AppendRequest, Topic } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { compareParts, type IdParts, toId } from "./entry-id.ts";
import { freeAt } from "./free-at.ts";
import { removedAtOnce, removeEntries } from "./remove-entries.ts";
import { largestOwner, rowId } from "./run-of-rows.ts";
import { type StreamTail, tailOf } from "./stream-log.ts";
import type { Stored, Transaction } from "./write-queue.ts";

/** How long an idempotency key is remembered. */
export const idempotencyMs = 120_000;

const insertEntry = `INSERT INTO entry (id, ms, seq, timestamp, data, source) VALUES (${rowId("?", "?")}, ?, ?, ?, ?, ?)`;

/** Inserts nothing where the stream is not, or does not end, where we think. */
const insertBehind = `
INSERT OR IGNORE INTO entry (id, ms, seq, timestamp, data, source)
SELECT ${rowId("number", "?")}, ?, ?, ?, ?, ? FROM stream WHERE number = ? AND base = ?`;

/** Streams whose ends are remembered. */
const maxKnown = 1000;

/** Where a stream stood when this process wrote to it last. */
interface KnownTail {
  readonly connection: Connection;
  readonly topic: Topic;
  tail: StreamTail;
  /** In which it was written to; until that is stored, it holds within it only. */
  transaction: Transaction | undefined;
  /** Nobody else has written to it between the last two transactions of ours. */
  ours: boolean;
}

export class StreamAppender {
  /** The newest id given by this process: its ids grow over all streams. */
  #newest: IdParts = { ms: 0, seq: 0 };
  readonly #known = new Map<string, KnownTail>();

  append(transaction: Transaction, requests: readonly AppendRequest[]): string[] {
    const insert = transaction.connection.statement(insertEntry);
    const ids: string[] = [];
    const now = Date.now();
    for (const { eventType, timestamp, data, source, idempotencyKey } of requests) {
      const known = this.#knownIn(transaction, eventType);
      const { tail } = known;
      const before = idempotencyKey === undefined ? undefined : knownId(transaction, tail, idempotencyKey);
      if (before !== undefined) {
        ids.push(before);
        continue;
      }
      const id = this.#next(now, tail.lastId);
      insert.run(tail.number, tail.last + 1, id.ms, id.seq, timestamp, data, source);
      if (idempotencyKey !== undefined) remember(transaction, tail, idempotencyKey, id);
      known.tail = grown(tail, id);
      transaction.ring(known.topic);
      ids.push(toId(id));
    }
    for (const { eventType, maxLength } of requests) {
      const known = this.#knownIn(transaction, eventType);
      known.tail = trimAbout(transaction, known.tail, maxLength);
    }
    return ids;
  }

  /**
   * The same for one entry as one statement, which is a transaction by itself. `undefined`, and nothing is stored, where
   * somebody else has written to the stream since, or there is more to be done.
   */
  appendAsOne(connection: Connection, request: AppendRequest): Stored<string[]> | undefined {
    const { eventType, timestamp, data, source, maxLength, idempotencyKey } = request;
    const known = this.#known.get(eventType);
    if (!known?.ours || known.connection !== connection || known.transaction?.stored === false)
      return undefined;
    const { tail } = known;
    if (idempotencyKey !== undefined || needsTrimming(tail.last + 1 - tail.base, maxLength)) return undefined;
    const id = this.#next(Date.now(), tail.lastId);
    const { changes } = connection
      .statement(insertBehind)
      .run(tail.last + 1, id.ms, id.seq, timestamp, data, source, tail.number, tail.base);
    if (changes === 0) {
      this.forget(eventType);
      return undefined;
    }
    known.tail = grown(tail, id);
    return { result: [toId(id)], topic: known.topic };
  }

  /** Something else was done to this stream. */
  forget(eventType: string): void {
    this.#known.delete(eventType);
  }

  /** Read once per transaction: nobody else writes meanwhile. */
  #knownIn(transaction: Transaction, eventType: string): KnownTail {
    const known = this.#known.get(eventType);
    if (known?.transaction === transaction) return known;
    const { connection } = transaction;
    const tail = tailOf(connection, eventType) ?? makeStream(transaction, eventType);
    const isStored = known?.connection === connection && known.transaction?.stored !== false;
    const ours = isStored && known.tail.number === tail.number && known.tail.last === tail.last;
    const topic: Topic = `stream:${eventType}`;
    const knownNow: KnownTail = { connection, topic, tail, transaction, ours };
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(eventType, knownNow);
    return knownNow;
  }

  /** The wall clock's, unless it stands or has gone back. */
  #next(now: number, before: IdParts): IdParts {
    const newest = compareParts(this.#newest, before) > 0 ? this.#newest : before;
    this.#newest = now > newest.ms ? { ms: now, seq: 0 } : { ms: newest.ms, seq: newest.seq + 1 };
    return this.#newest;
  }
}

function grown({ number, base, last }: StreamTail, lastId: IdParts): StreamTail {
  return { number, base, last: last + 1, lastId };
}

/** Empty. Its ids will be above those of the one that was deleted. */
export function makeStream({ connection, ring }: Transaction, eventType: string): StreamTail {
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
function trimAbout(transaction: Transaction, tail: StreamTail, maxLength: number): StreamTail {
  const { base, last } = tail;
  if (!needsTrimming(last - base, maxLength)) return tail;
  removeEntries(transaction, tail, last - maxLength);
  return { ...tail, base: last - maxLength };
}

function needsTrimming(length: number, maxLength: number): boolean {
  return length - maxLength > Math.min(removedAtOnce, Math.max(10, maxLength / 10));
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
