/** Streams as runs of rows in one table. */
import {
  type AppendRequest,
  AttuneError,
  beforeFirstId,
  type RangeRequest,
  type ReadOptions,
  type StreamEntry,
  type StreamPage,
  type StreamState,
  type StreamStore,
} from "@attune/transport";
import { StreamAppender } from "./append.ts";
import type { Connection } from "./connection.ts";
import type { Database } from "./database.ts";
import { compareParts, partsOf, toId } from "./entry-id.ts";
import { entryColumns, toEntry } from "./entry-row.ts";
import { removeGroups } from "./make-group.ts";
import { removeEntries } from "./remove-entries.ts";
import { rowId } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";
import { idAt, lastIdOf, ordinalUpTo, type StreamTail, tailOf } from "./stream-log.ts";
import { toText } from "./text.ts";

/** A longer batch is stored in pieces, and others write in between. Each piece is stored as a whole or not at all. */
const pieceEntries = 500;
const pieceCharacters = 1024 * 1024;
/** Rows that are read in one piece. */
const pageRows = 1000;

const between = `FROM entry WHERE id >= ${rowId("?", "?")} AND id <= ${rowId("?", "?")}`;
const selectUp = `SELECT ${entryColumns} ${between} ORDER BY id LIMIT ?`;
const selectDown = `SELECT ${entryColumns} ${between} ORDER BY id DESC LIMIT ?`;

/** Of the newest few entries: exact would mean to read them all. The rest of a row takes about 30 bytes. */
const selectBytes = `
SELECT avg(octet_length(timestamp) + octet_length(data) + octet_length(source)) + 30 AS bytes
FROM (SELECT timestamp, data, source ${between} ORDER BY id DESC LIMIT 16)`;

/** How many cursors are remembered with the ordinals of their entries. */
const maxHints = 1000;

export class SqliteStreams implements StreamStore {
  readonly #database: Database;
  readonly #appender = new StreamAppender();
  /** Where the last read of a stream ended: the next one begins there. */
  readonly #hints = new Map<string, { readonly id: string; readonly ordinal: number }>();

  constructor(database: Database) {
    this.#database = database;
  }

  // Not an async function: this is the path of every published event, and each promise on it counts.
  append(requests: readonly AppendRequest[]): Promise<string[]> {
    const [request] = requests;
    if (!request || requests.length > 1) return this.#appendPieces(requests);
    return this.#database.write((transaction) => this.#appender.append(transaction, requests), {
      asOne: (connection) => this.#appender.appendAsOne(connection, request),
    });
  }

  async #appendPieces(requests: readonly AppendRequest[]): Promise<string[]> {
    const until = this.#database.deadline();
    const ids: string[] = [];
    for (const piece of pieces(requests)) {
      try {
        ids.push(
          ...(await this.#database.write((transaction) => this.#appender.append(transaction, piece), {
            until,
          })),
        );
      } catch (error) {
        throw ids.length === 0
          ? error
          : withIds(error, [...ids, ...requests.slice(ids.length).map(() => "")]);
      }
    }
    return ids;
  }

  read(after: ReadonlyMap<string, string>, { count }: ReadOptions): Promise<StreamPage[]> {
    return this.#database.read((connection) =>
      connection.snapshot(() => {
        const pages: StreamPage[] = [];
        for (const [eventType, id] of after) {
          const page = this.#page(connection, eventType, id, count);
          if (page) pages.push(page);
        }
        return pages;
      }),
    );
  }

  async range({ count, ...request }: RangeRequest): Promise<StreamEntry[]> {
    const entries: StreamEntry[] = [];
    let from: string | undefined;
    while (entries.length < count) {
      const page = await this.#rangePage(
        { ...request, count: Math.min(count - entries.length, pageRows) },
        from,
      );
      entries.push(...page);
      if (page.length < pageRows) break;
      from = page.at(-1)!.id;
    }
    return entries;
  }

  states(eventTypes: readonly string[]): Promise<StreamState[]> {
    return this.#database.read((connection) =>
      connection.snapshot(() => eventTypes.map((eventType) => stateOf(connection, eventType))),
    );
  }

  list(): Promise<string[]> {
    return this.#database.read((connection) =>
      connection
        .statement("SELECT type FROM stream WHERE space = ?")
        .all(connection.space)
        .map(({ type }) => toText(type)),
    );
  }

  trim(eventType: string, maxLength: number): Promise<number> {
    return this.#trimTo(eventType, (_, { last }) => last - maxLength);
  }

  trimBefore(eventType: string, id: string): Promise<number> {
    return this.#trimTo(eventType, (connection, tail) => firstFrom(connection, tail, id) - 1);
  }

  delete(eventType: string): Promise<boolean> {
    return this.#database.write((transaction) => {
      const { connection } = transaction;
      const tail = tailOf(connection, eventType);
      if (!tail) return false;
      this.#appender.forget(eventType);
      if (tail.last > tail.base) removeEntries(transaction, tail, tail.last);
      removeGroups(connection, tail);
      connection
        .statement(
          `INSERT INTO deleted_stream (number, ms, seq) VALUES (1, ?, ?)
           ON CONFLICT DO UPDATE SET ms = excluded.ms, seq = excluded.seq
           WHERE (excluded.ms, excluded.seq) > (deleted_stream.ms, deleted_stream.seq)`,
        )
        .run(tail.lastId.ms, tail.lastId.seq);
      connection.statement("DELETE FROM stream WHERE number = ?").run(tail.number);
      return true;
    });
  }

  /** Removes everything up to an ordinal. Answers how many went. */
  #trimTo(
    eventType: string,
    ordinalIn: (connection: Connection, tail: StreamTail) => number,
  ): Promise<number> {
    return this.#database.write((transaction) => {
      const tail = tailOf(transaction.connection, eventType);
      if (!tail) return 0;
      const upTo = ordinalIn(transaction.connection, tail);
      if (upTo <= tail.base) return 0;
      this.#appender.forget(eventType);
      removeEntries(transaction, tail, upTo);
      return upTo - tail.base;
    });
  }

  /** What comes behind `after`, an id, or from the beginning. */
  #rangePage(request: RangeRequest, after: string | undefined): Promise<StreamEntry[]> {
    const { eventType, fromId, toId: untilId, count, newestFirst } = request;
    return this.#database.read((connection) =>
      connection.snapshot(() => {
        const tail = tailOf(connection, eventType);
        if (!tail) return [];
        let first = fromId === undefined ? tail.base + 1 : firstFrom(connection, tail, fromId);
        let last = untilId === undefined ? tail.last : ordinalUpTo(connection, tail, partsOf(untilId));
        if (after !== undefined) {
          if (newestFirst) last = Math.min(last, firstFrom(connection, tail, after) - 1);
          else first = Math.max(first, ordinalUpTo(connection, tail, partsOf(after)) + 1);
        }
        if (last < first) return [];
        const statement = connection.statement(newestFirst ? selectDown : selectUp);
        return statement
          .all(tail.number, first, tail.number, last, count)
          .map((row) => toEntry(eventType, row));
      }),
    );
  }

  #page(connection: Connection, eventType: string, after: string, count: number): StreamPage | undefined {
    const tail = tailOf(connection, eventType);
    if (!tail) return undefined;
    const position = partsOf(after);
    if (tail.last === tail.base || compareParts(tail.lastId, position) <= 0) return undefined;
    const known = this.#hints.get(eventType);
    const before = ordinalUpTo(connection, tail, position, known?.id === after ? known.ordinal : undefined);
    const rows = connection.statement(selectUp).all(tail.number, before + 1, tail.number, tail.last, count);
    const entries = rows.map((row) => toEntry(eventType, row));
    this.#remember(eventType, entries.at(-1)!.id, before + entries.length);
    return {
      eventType,
      entries,
      firstOrdinal: before + 1,
      oldestId: before === tail.base ? entries[0]!.id : toId(idAt(connection, tail, tail.base + 1)!),
    };
  }

  #remember(eventType: string, id: string, ordinal: number): void {
    this.#hints.delete(eventType);
    this.#hints.set(eventType, { id, ordinal });
    if (this.#hints.size > maxHints) this.#hints.delete(this.#hints.keys().next().value!);
  }
}

/** The ordinal of the first retained entry whose id is at least `id`. */
function firstFrom(connection: Connection, tail: StreamTail, id: string): number {
  const position = partsOf(id);
  const upTo = ordinalUpTo(connection, tail, position);
  if (upTo === tail.base) return upTo + 1;
  const there = upTo === tail.last ? tail.lastId : idAt(connection, tail, upTo)!;
  return compareParts(there, position) === 0 ? upTo : upTo + 1;
}

function stateOf(connection: Connection, eventType: string): StreamState {
  const tail = tailOf(connection, eventType);
  if (!tail) return { eventType, length: 0, added: 0, oldestId: null, lastId: beforeFirstId, bytes: 0 };
  const { base, last } = tail;
  const length = last - base;
  return {
    eventType,
    length,
    added: last,
    oldestId: length === 0 ? null : toId(idAt(connection, tail, base + 1)!),
    lastId: lastIdOf(tail),
    bytes: length === 0 ? 0 : bytesOf(connection, tail),
  };
}

function bytesOf(connection: Connection, { number, base, last }: StreamTail): number {
  const row: Row | undefined = connection.statement(selectBytes).get(number, base + 1, number, last);
  return Math.round(Number(row?.bytes) * (last - base));
}

function withIds(error: unknown, ids: readonly string[]): unknown {
  if (error instanceof AttuneError)
    return new AttuneError(error.code, error.message, {
      cause: error.cause,
      details: { ...error.details, ids },
    });
  return error;
}

/** In order; nothing of an empty batch. */
function* pieces(requests: readonly AppendRequest[]): Generator<readonly AppendRequest[]> {
  let from = 0;
  let characters = 0;
  for (const [index, { data }] of requests.entries()) {
    if (index > from && (index - from >= pieceEntries || characters + data.length > pieceCharacters)) {
      yield requests.slice(from, index);
      from = index;
      characters = 0;
    }
    characters += data.length;
  }
  if (requests.length > from) yield from === 0 ? requests : requests.slice(from);
}
