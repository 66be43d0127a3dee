/** Archives into a DuckDB file: one transaction per batch, with the position in it. */
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AttuneError, checkDuration } from "@attune/transport";
import type { DuckDBBlobValue, DuckDBConnection } from "@duckdb/node-api";
import { loadClient } from "../../load-client.ts";
import { OneAtATime } from "../../one-at-a-time.ts";
import type { ArchivePosition, ArchiveQuery, ArchiveRow, Sink, SinkBatch, WriteOutcome } from "../../sink.ts";
import { sinkRefused } from "../../sink-errors.ts";
import type { SinkOptions } from "../../sink-options.ts";
import { toFileError } from "../file/file-errors.ts";
import { askInPart, checkTableNames, selectRows } from "../sql/index.ts";
import { duckDbDialect } from "./duckdb-dialect.ts";
import { isDuplicate, isFatal, isMeeting, toDuckDbError } from "./duckdb-errors.ts";
import { acquireDatabase, discardDatabase, releaseDatabase, type SharedDatabase } from "./shared-database.ts";
import { stageRows } from "./stage-rows.ts";
import {
  insertStaged,
  makeStaging,
  makeTables,
  putPosition,
  selectPosition,
  type TableNames,
} from "./tables.ts";

export type DuckDbSinkOptions = Pick<SinkOptions, "table" | "positionsTable" | "timeoutMs">;

interface Opened {
  readonly database: SharedDatabase;
  readonly connection: DuckDBConnection;
}

export class DuckDbSink implements Sink {
  readonly kind = "duckdb";
  readonly location: string;
  readonly atomicity = "transaction";
  readonly #path: string;
  readonly #names: TableNames;
  readonly #timeoutMs: number;
  readonly #calls = new OneAtATime();
  /** Archives of which the last batch was new in full: so the next one will be, unless another archive has the same events. */
  readonly #steady = new Set<string>();
  #opened: Opened | undefined;
  #closed = false;

  constructor(path: string, options: DuckDbSinkOptions = {}) {
    this.#path = resolve(path);
    this.location = `duckdb:${this.#path}`;
    this.#names = checkTableNames(options);
    this.#timeoutMs = checkDuration("timeoutMs", options.timeoutMs ?? 30_000, 100, 3_600_000);
  }

  async open(): Promise<void> {
    await this.#run(async () => {});
  }

  async position(archive: string): Promise<ArchivePosition> {
    this.#steady.delete(archive);
    return this.#run(({ connection }) => this.#positionIn(connection, archive));
  }

  async write(batch: SinkBatch): Promise<WriteOutcome> {
    return this.#run(({ connection, database }) => database.writes.run(() => this.#write(connection, batch)));
  }

  query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    return askInPart(query, (asked) => this.#select(asked));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#calls.settled();
    const opened = this.#opened;
    this.#opened = undefined;
    if (!opened) return;
    opened.connection.closeSync();
    await releaseDatabase(this.#path, opened.database);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #write(connection: DuckDBConnection, batch: SinkBatch): Promise<WriteOutcome> {
    // Looking for each row is slow: in the steady run it is left to the primary key to say that one is there already.
    if (this.#steady.delete(batch.archive)) {
      try {
        return await this.#writeIn(connection, batch, "all");
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    }
    return this.#writeIn(connection, batch, "those that are new");
  }

  async #writeIn(
    connection: DuckDBConnection,
    { archive, rows, cursor, afterVersion }: SinkBatch,
    which: "all" | "those that are new",
  ): Promise<WriteOutcome> {
    await connection.run("BEGIN TRANSACTION");
    try {
      const now = BigInt(Date.now()) * 1000n;
      const position = putPosition(this.#names, afterVersion === 0 ? "first" : "next");
      const values = [archive, BigInt(afterVersion), JSON.stringify(cursor), now];
      if ((await connection.run(position, values)).rowsChanged === 0) {
        await connection.run("ROLLBACK");
        return { outcome: "conflict" };
      }
      let inserted = 0;
      if (rows.length > 0) {
        await stageRows(connection, rows);
        inserted = (await connection.run(insertStaged(this.#names, which), [now])).rowsChanged;
      }
      await connection.run("COMMIT");
      if (inserted === rows.length) this.#steady.add(archive);
      return { outcome: "written" };
    } catch (error) {
      await connection.run("ROLLBACK").catch(() => {}); // it may have been rolled back, or be of no use any more
      throw error;
    }
  }

  async *#select(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    // A connection of its own: what is written meanwhile does not disturb what it sees.
    const { database } = await this.#run(async (opened) => opened);
    const { text, parameters } = selectRows(duckDbDialect(this.#names.table), query);
    let connection: DuckDBConnection | undefined;
    try {
      connection = await database.instance.connect();
      const values = parameters.map(({ value, type }) => (type === "integer" ? BigInt(value) : value));
      const result = await connection.stream(text, values);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        for (const columns of chunk.getRows()) yield toRow(columns);
      }
    } catch (error) {
      throw toDuckDbError(error, this.location);
    } finally {
      connection?.closeSync();
    }
  }

  async #positionIn(connection: DuckDBConnection, archive: string): Promise<ArchivePosition> {
    const result = await connection.runAndReadAll(selectPosition(this.#names), [archive]);
    const [found] = result.getRows();
    if (!found) return { version: 0, cursor: null };
    return { version: Number(found[0]), cursor: JSON.parse(String(found[1])) };
  }

  /** One call at a time: a connection has one transaction. Transactions that met another one are tried again. */
  async #run<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    return this.#calls.run(async () => {
      const endsAt = performance.now() + this.#timeoutMs;
      for (;;) {
        if (this.#closed) throw sinkRefused(`The sink ${this.location} is closed`);
        try {
          this.#opened ??= await this.#open();
          return await work(this.#opened);
        } catch (error) {
          if (isFatal(error)) await this.#discard();
          if (!isMeeting(error) || performance.now() > endsAt) throw this.#toError(error);
        }
        await pause(2 + Math.random() * 18);
      }
    });
  }

  async #open(): Promise<Opened> {
    await mkdir(dirname(this.#path), { recursive: true });
    const database = await acquireDatabase(this.#path);
    let connection: DuckDBConnection | undefined;
    try {
      connection = await database.instance.connect();
      for (const sql of makeTables(this.#names)) await connection.run(sql);
      await connection.run(makeStaging);
      return { database, connection };
    } catch (error) {
      connection?.closeSync();
      await releaseDatabase(this.#path, database);
      throw error;
    }
  }

  async #discard(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (!opened) return;
    opened.connection.closeSync();
    await discardDatabase(this.#path, opened.database);
  }

  #toError(error: unknown): AttuneError {
    const isOfFileSystem = (error as NodeJS.ErrnoException).syscall !== undefined;
    return isOfFileSystem ? toFileError(error, this.location) : toDuckDbError(error, this.location);
  }
}

function toRow([eventType, eventId, ms, source, data]: readonly unknown[]): ArchiveRow {
  return {
    eventType: toText(eventType),
    eventId: String(eventId),
    timestamp: new Date(Number(ms)),
    source: toText(source),
    data: toText(data),
  };
}

function toText(blob: unknown): string {
  return Buffer.from((blob as DuckDBBlobValue).bytes).toString();
}

/** `duckdb:FILE`. Nothing is done before its `open()`. */
export async function openDuckDbSink(url: string, options: SinkOptions = {}): Promise<Sink> {
  const path = url.slice("duckdb:".length);
  if (path === "" || path === ":memory:") {
    throw new AttuneError("ATTUNE_URL_INVALID", "A DuckDB sink's URL needs a file: duckdb:archive.duckdb");
  }
  // Missing, it is to be told at once, and not when the first event comes.
  await loadClient("@duckdb/node-api");
  return new DuckDbSink(path, options);
}
