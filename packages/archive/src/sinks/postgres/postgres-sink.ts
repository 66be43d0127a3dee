/** Archives into PostgreSQL: rows and position in one statement, so in one transaction. */
import { AttuneError, checkDuration, defaultLogger } from "@attune/transport";
import type { ArchivePosition, ArchiveQuery, ArchiveRow, Sink, SinkBatch, WriteOutcome } from "../../sink.ts";
import type { SinkOptions } from "../../sink-options.ts";
import { refusalsOf } from "../refusals-of.ts";
import { askInPart, checkTableNames, selectRows } from "../sql/index.ts";
import { withoutSecrets } from "../without-secrets.ts";
import { findBadRows, whyRefused } from "./bad-rows.ts";
import { Connections, type Run } from "./connections.ts";
import type { PostgresPool } from "./postgres-client.ts";
import { postgresDialect, toTime } from "./postgres-dialect.ts";
import { isAboutValues, toSinkError } from "./postgres-errors.ts";
import { makeTables, type TableNames, type Tables, toTables } from "./tables.ts";

export interface PostgresSinkOptions
  extends Pick<SinkOptions, "table" | "positionsTable" | "schema" | "timeoutMs" | "logger"> {
  /** `postgres://user:password@host:port/database`, as pg understands it. Either this or `pool`. */
  readonly url?: string;
  /** A `pg.Pool` of your own; never closed by the sink. */
  readonly pool?: PostgresPool;
}

/** For `openSink`. */
export async function openPostgresSink(url: string, options: SinkOptions): Promise<Sink> {
  return new PostgresSink({ ...options, url });
}

/** How many rows of an answer are fetched at once. */
const fetched = 1000;

export class PostgresSink implements Sink {
  readonly kind = "postgres";
  readonly location: string;
  readonly atomicity = "transaction";
  readonly #connections: Connections;
  readonly #names: TableNames;
  readonly #tables: Tables;

  constructor(options: PostgresSinkOptions) {
    const { url, pool, schema } = options;
    if ((url === undefined) === (pool === undefined)) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "A PostgreSQL sink needs either url or pool.");
    }
    this.#names = { schema, ...checkTableNames(options) };
    this.#tables = toTables(this.#names);
    this.location = `${url === undefined ? "postgres" : shown(url)}, table ${this.#tables.events}`;
    const { logger = defaultLogger } = options;
    const timeoutMs = checkDuration("timeoutMs", options.timeoutMs ?? 30_000, 100, 3_600_000);
    this.#connections = new Connections({ url, pool, timeoutMs, logger });
  }

  open(): Promise<void> {
    return this.#connections.use(`the tables of ${this.location} could not be made`, (run) =>
      makeTables(run, this.#tables, this.#names),
    );
  }

  position(archive: string): Promise<ArchivePosition> {
    return this.#connections.use("PostgreSQL did not tell the position", async (run) => {
      // The lock waits for a write whose answer was lost: until it is known whether it counts.
      const select = `SELECT version, cursor FROM ${this.#tables.positions} WHERE archive = $1 FOR SHARE`;
      const [row] = (await run(select, [archive])).rows as { version: string; cursor: string }[];
      return row
        ? { version: Number(row.version), cursor: JSON.parse(row.cursor) }
        : { version: 0, cursor: null };
    });
  }

  async write(batch: SinkBatch): Promise<WriteOutcome> {
    const known = refusalsOf(batch.rows, whyRefused);
    if (known.length > 0) return { outcome: "refused", refusals: known };
    return this.#connections.use("PostgreSQL did not take the batch", async (run) => {
      try {
        return { outcome: (await this.#write(run, batch)) ? "written" : "conflict" };
      } catch (error) {
        if (!isAboutValues(error)) throw error;
        const refusals = await findBadRows(run, batch.rows, (rows) => this.#insert(run, rows));
        if (refusals.length === 0) throw error;
        return { outcome: "refused", refusals };
      }
    });
  }

  query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    return askInPart(query, (asked) => {
      const { text, parameters } = selectRows(postgresDialect(this.#tables.events), asked);
      const values = parameters.map(({ value }) => value);
      return this.#select(text, values);
    });
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** False: the stored position has another version. */
  async #write(run: Run, { archive, rows, cursor, afterVersion }: SinkBatch): Promise<boolean> {
    const { events, positions } = this.#tables;
    const position =
      afterVersion === 0
        ? `INSERT INTO ${positions} (archive, version, cursor) VALUES ($1, $3::bigint + 1, $2) ON CONFLICT DO NOTHING`
        : `UPDATE ${positions} SET version = $3::bigint + 1, cursor = $2, updated_at = now()
           WHERE archive = $1 AND version = $3::bigint`;
    const written = await run(
      `WITH position AS (${position} RETURNING 1),
         kept AS (${insertInto(events, 4)} WHERE EXISTS (SELECT FROM position) ON CONFLICT DO NOTHING)
       SELECT FROM position`,
      [archive, JSON.stringify(cursor), afterVersion, ...columnsOf(rows)],
    );
    return written.rowCount === 1;
  }

  #insert(run: Run, rows: readonly ArchiveRow[]): Promise<unknown> {
    return run(`${insertInto(this.#tables.events, 1)} ON CONFLICT DO NOTHING`, columnsOf(rows));
  }

  /** Through a cursor of the server: rows are fetched as they are read. */
  async *#select(text: string, values: unknown[]): AsyncGenerator<ArchiveRow, void, undefined> {
    const what = "PostgreSQL did not answer the query";
    const { run, release } = await this.#connections.borrow(what);
    let state: "good" | "in doubt" = "in doubt";
    try {
      await run("BEGIN READ ONLY");
      await run(`DECLARE answer NO SCROLL CURSOR FOR ${text}`, values);
      for (;;) {
        const { rows } = await run(`FETCH ${fetched} FROM answer`);
        for (const row of rows as StoredRow[]) yield toRow(row);
        if (rows.length < fetched) break;
      }
      await run("COMMIT");
      state = "good";
    } catch (error) {
      throw toSinkError(what, error);
    } finally {
      release(state); // closed when the reader left early: that ends the query at once
    }
  }
}

interface StoredRow {
  readonly event_type: string;
  readonly event_id: string;
  readonly ms: string;
  readonly source: string;
  readonly data: string;
}

function toRow({ event_type, event_id, ms, source, data }: StoredRow): ArchiveRow {
  return { eventType: event_type, eventId: event_id, timestamp: new Date(Number(ms)), source, data };
}

function shown(url: string): string {
  const { host, pathname } = withoutSecrets(url, {
    schemes: ["postgres", "postgresql"],
    form: "A PostgreSQL URL is postgres://user:password@host:port/database",
  });
  return `postgres://${host}${pathname}`;
}

/** Rows come as one list for each column: one statement for any number of them. */
function insertInto(events: string, firstParameter: number): string {
  const $ = (index: number) => `$${firstParameter + index}`;
  return `INSERT INTO ${events} (event_type, event_id, id_ms, id_seq, "timestamp", source, data)
    SELECT event_type, event_id, split_part(event_id, '-', 1)::bigint, split_part(event_id, '-', 2)::numeric,
      ${toTime("ms")}, source, data
    FROM unnest(${$(0)}::text[], ${$(1)}::text[], ${$(2)}::bigint[], ${$(3)}::text[], ${$(4)}::text[])
      AS rows (event_type, event_id, ms, source, data)`;
}

function columnsOf(rows: readonly ArchiveRow[]): unknown[] {
  return [
    rows.map(({ eventType }) => eventType),
    rows.map(({ eventId }) => eventId),
    rows.map(({ timestamp }) => timestamp.getTime()),
    rows.map(({ source }) => source),
    rows.map(({ data }) => data),
  ];
}
