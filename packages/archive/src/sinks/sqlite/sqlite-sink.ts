/** Archives into a SQLite file: one transaction per batch, with the position in it. */
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { AttuneError, checkChoice, checkDuration } from "@attune/transport";
import { OneAtATime } from "../../one-at-a-time.ts";
import { conditionMatcher } from "../../query/row-matches.ts";
import type { ArchivePosition, ArchiveQuery, ArchiveRow, Sink, SinkBatch, WriteOutcome } from "../../sink.ts";
import { sinkRefused, sinkUnavailable } from "../../sink-errors.ts";
import type { SinkOptions } from "../../sink-options.ts";
import { toFileError } from "../file/file-errors.ts";
import { checkTableNames } from "../sql/index.ts";
import { nodeSqlite } from "./node-sqlite.ts";
import { pageOfRows } from "./page-of-rows.ts";
import { RowInserter } from "./row-inserter.ts";
import { isBusy, toSinkError } from "./sqlite-errors.ts";
import { makeTables, putPosition, selectPosition, type TableNames, toRow } from "./tables.ts";

export type SqliteSinkOptions = Pick<SinkOptions, "table" | "positionsTable" | "timeoutMs" | "synchronous">;

/** Rows that are read at a time: a few milliseconds. */
const pageSize = 500;

interface OpenFile {
  readonly db: DatabaseSync;
  readonly inserter: RowInserter;
  readonly identity: string;
}

export class SqliteSink implements Sink {
  readonly kind = "sqlite";
  readonly location: string;
  readonly atomicity = "transaction";
  readonly #path: string;
  readonly #names: TableNames;
  readonly #timeoutMs: number;
  readonly #synchronous: "full" | "normal";
  readonly #writes = new OneAtATime();
  #file: OpenFile | undefined;
  #closed = false;

  constructor(path: string, options: SqliteSinkOptions = {}) {
    this.#path = resolve(path);
    this.location = `sqlite:${this.#path}`;
    this.#names = checkTableNames(options);
    this.#timeoutMs = checkDuration("timeoutMs", options.timeoutMs ?? 30_000, 100, 3_600_000);
    this.#synchronous = checkChoice("synchronous", options.synchronous ?? "full", ["full", "normal"]);
  }

  async open(): Promise<void> {
    await this.#run(() => {});
  }

  async position(archive: string): Promise<ArchivePosition> {
    return this.#run(({ db }) => this.#positionIn(db, archive));
  }

  async write(batch: SinkBatch): Promise<WriteOutcome> {
    return this.#writes.run(() => this.#run((file) => this.#write(file, batch)));
  }

  /**
   * Types and times are asked for in SQL; conditions are evaluated here, a page at a time, so that the event loop is free in
   * between however few rows they hold for.
   */
  async *query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    const holds = conditionMatcher(query);
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let last: ArchiveRow | undefined;
    for (;;) {
      const { text, values } = pageOfRows(this.#names.table, query, last, pageSize);
      const page = await this.#run(({ db }) => db.prepare(text).all(...values));
      for (const columns of page) {
        const row = toRow(columns);
        last = row;
        if (!holds(row)) continue;
        yield row;
        if (--left <= 0) return;
      }
      if (page.length < pageSize) return;
      await nextTurn();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writes.settled();
    this.#file?.db.close();
    this.#file = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #write({ db, inserter }: OpenFile, { archive, rows, cursor, afterVersion }: SinkBatch): WriteOutcome {
    db.exec("BEGIN IMMEDIATE");
    try {
      const { version } = this.#positionIn(db, archive);
      if (version !== afterVersion) {
        db.exec("ROLLBACK");
        return { outcome: "conflict" };
      }
      const now = new Date().toISOString();
      const refusal = inserter.insert(rows, now);
      if (refusal) {
        db.exec("ROLLBACK");
        return { outcome: "refused", refusals: [refusal] };
      }
      db.prepare(putPosition(this.#names)).run(archive, version + 1, JSON.stringify(cursor), now);
      db.exec("COMMIT");
      return { outcome: "written" };
    } catch (error) {
      // SQLite itself has rolled back after some errors (a full disk).
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  }

  #positionIn(db: DatabaseSync, archive: string): ArchivePosition {
    const found = db.prepare(selectPosition(this.#names)).get(archive);
    if (!found) return { version: 0, cursor: null };
    return { version: Number(found.version), cursor: JSON.parse(String(found.cursor)) };
  }

  /** Waits in turns of the event loop, not in SQLite, while somebody else holds the file. */
  async #run<T>(work: (file: OpenFile) => T): Promise<T> {
    const endsAt = performance.now() + this.#timeoutMs;
    for (;;) {
      if (this.#closed) throw sinkRefused(`The sink ${this.location} is closed`);
      try {
        return work(this.#opened());
      } catch (error) {
        if (!isBusy(error)) throw this.#toError(error);
        if (performance.now() > endsAt) {
          throw sinkUnavailable(`Another process has been writing to ${this.location} all the time`, error);
        }
      }
      await pause(2 + Math.random() * 18);
    }
  }

  #toError(error: unknown): AttuneError {
    return "errcode" in Object(error) || error instanceof AttuneError
      ? toSinkError(error, this.location)
      : toFileError(error, this.location);
  }

  #opened(): OpenFile {
    // Removed or replaced: what is written to the one that is open would be gone with it.
    if (this.#file && identityOf(this.#path) !== this.#file.identity) {
      this.#file.db.close();
      this.#file = undefined;
    }
    this.#file ??= this.#open();
    return this.#file;
  }

  #open(): OpenFile {
    mkdirSync(dirname(this.#path), { recursive: true });
    const { DatabaseSync: Database } = nodeSqlite();
    const db = new Database(this.#path, { timeout: 0 });
    try {
      const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
      if (mode !== "wal") {
        throw sinkRefused(`The file system of ${this.location} does not support SQLite's write-ahead log`);
      }
      db.exec(`PRAGMA synchronous = ${this.#synchronous}`);
      const { table, positionsTable } = this.#names;
      const tables = db
        .prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table' AND name IN (?, ?)")
        .get(table, positionsTable);
      // Who finds everything in place does not wait for those who write.
      if (tables?.count !== 2) db.exec(`BEGIN IMMEDIATE; ${makeTables(this.#names)} COMMIT`);
      return { db, inserter: new RowInserter(db, this.#names), identity: identityOf(this.#path) };
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

/** "": there is none. */
function identityOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : "";
}

/** `sqlite:FILE`. Nothing is done before its `open()`. */
export async function openSqliteSink(url: string, options: SinkOptions = {}): Promise<Sink> {
  const path = url.slice("sqlite:".length);
  if (path === "" || path === ":memory:") {
    throw new AttuneError("ATTUNE_URL_INVALID", "A SQLite sink's URL needs a file: sqlite:archive.db");
  }
  return new SqliteSink(path, options);
}
