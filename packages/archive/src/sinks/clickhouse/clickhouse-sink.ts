/**
 * Archives into ClickHouse, which has no transactions: the rows of a batch are one insert, which is there in full or not at all,
 * and the position is written after it. When that did not come to pass, the rows are found to be there, and only missing ones
 * written.
 *
 * ClickHouse cannot compare and write in one step either. Two archivers of one name are told apart by the version, and when they
 * write at the same moment, by who is first by its random name: the other one has its conflict one batch later, and may have
 * inserted the rows of that batch by then. Rows that both have written are there once for `FINAL`.
 */
import { randomUUID } from "node:crypto";
import { AttuneError, checkDuration } from "@attune/transport";
import { loadClient } from "../../load-client.ts";
import { OneAtATime } from "../../one-at-a-time.ts";
import { conditionMatcher } from "../../query/row-matches.ts";
import type {
  ArchivePosition,
  ArchiveQuery,
  ArchiveRow,
  Refusal,
  Sink,
  SinkBatch,
  WriteOutcome,
} from "../../sink.ts";
import { notItsUrl, sinkUnavailable } from "../../sink-errors.ts";
import type { SinkOptions } from "../../sink-options.ts";
import { LazyClient } from "../lazy-client.ts";
import { refusalsOf } from "../refusals-of.ts";
import { checkTableNames } from "../sql/index.ts";
import { withoutSecrets } from "../without-secrets.ts";
import { whyRefused } from "./bad-rows.ts";
import type { ClickHouseClient, ClickHouseModule } from "./clickhouse-client.ts";
import { badRowOf, toSinkError } from "./clickhouse-errors.ts";
import { KeptRows } from "./kept-rows.ts";
import { literal } from "./literal.ts";
import { toSelect } from "./select.ts";
import { eventLine, line, textStream } from "./tab-separated.ts";
import { eventColumns, makeTables, positionColumns, type Tables, toTables } from "./tables.ts";

export interface ClickHouseSinkOptions
  extends Pick<SinkOptions, "table" | "positionsTable" | "schema" | "timeoutMs"> {
  /** `clickhouse://user:password@host:port/database` for HTTP (port 8123), `clickhouses://` for HTTPS. Or `client`. */
  readonly url?: string;
  /** A client of your own, of `createClient` of `@clickhouse/client`; never closed by the sink. */
  readonly client?: ClickHouseClient;
}

/** For `openSink`. */
export async function openClickHouseSink(url: string, options: SinkOptions): Promise<Sink> {
  return new ClickHouseSink({ ...options, url });
}

interface StoredPosition {
  readonly version: string;
  readonly writer: string;
  readonly cursor: string;
}

export class ClickHouseSink implements Sink {
  readonly kind = "clickhouse";
  readonly location: string;
  readonly atomicity = "idempotent";
  readonly #tables: Tables;
  readonly #kept: KeptRows;
  /** Who we are, among several archivers of one name. */
  readonly #writer: string = randomUUID();
  readonly #client: LazyClient<ClickHouseClient>;
  /** The version of each archive that we have written last, and have not heard otherwise of since. */
  readonly #written = new Map<string, number>();
  /** Of all archives: whoever writes next must know how the insert before has ended. */
  readonly #calls = new OneAtATime();
  /** The insert of which it is not known how it ended. */
  #inDoubt: string | undefined;
  #inserts = 0;

  constructor(options: ClickHouseSinkOptions) {
    const { url, client, schema } = options;
    if ((url === undefined) === (client === undefined)) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "A ClickHouse sink needs either url or client.");
    }
    const timeoutMs = checkDuration("timeoutMs", options.timeoutMs ?? 30_000, 100, 3_600_000);
    this.#client = new LazyClient({
      given: client,
      make: () => connect(url!, timeoutMs),
      close: (own) => own.close(),
    });
    this.#tables = toTables({ schema, ...checkTableNames(options) });
    this.location = `${url === undefined ? "clickhouse" : shown(url)}, table ${this.#tables.events}`;
    this.#kept = new KeptRows((query) => this.#select(query), this.#tables.events);
  }

  async open(): Promise<void> {
    await this.#try(`the tables of ${this.location} could not be made`, async () =>
      makeTables(await this.#client.get(), this.#tables),
    );
  }

  position(archive: string): Promise<ArchivePosition> {
    return this.#inTurn("ClickHouse did not tell the position", async () => {
      await this.#untilKnown();
      const stored = await this.#position(archive);
      this.#written.delete(archive);
      return stored
        ? { version: Number(stored.version), cursor: JSON.parse(stored.cursor) }
        : { version: 0, cursor: null };
    });
  }

  async write(batch: SinkBatch): Promise<WriteOutcome> {
    const refusals = refusalsOf(batch.rows, whyRefused);
    if (refusals.length > 0) return { outcome: "refused", refusals };
    return this.#inTurn("ClickHouse did not take the batch", async () => {
      await this.#untilKnown();
      // While we were the last to write, the rows are on their way before it is known that we still are. Otherwise they are in the
      // streams that the other one archives too, and there once.
      const isOurs = this.#written.get(batch.archive) === batch.afterVersion;
      const follows = this.#follows(batch, isOurs);
      if (!isOurs && !(await follows)) return { outcome: "conflict" };
      const [kept, stillFollows] = await Promise.allSettled([this.#keep(batch.rows), follows]);
      if (kept.status === "rejected" || stillFollows.status === "rejected" || !stillFollows.value) {
        this.#kept.forget();
      }
      if (stillFollows.status === "rejected") throw stillFollows.reason;
      if (!stillFollows.value) return { outcome: "conflict" };
      if (kept.status === "rejected") throw kept.reason;
      if (kept.value) return { outcome: "refused", refusals: [kept.value] };
      await this.#putPosition(batch);
      return { outcome: "written" };
    });
  }

  async *query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    // Conditions are looked at here: what ClickHouse can do with JSON differs too much between its versions.
    const matches = conditionMatcher(query);
    const what = "ClickHouse did not answer the query";
    const answer = await this.#try(what, async () => {
      const client = await this.#client.get();
      return client.query({ query: toSelect(this.#tables.events, query), format: "JSONEachRow" });
    });
    let found = 0;
    try {
      for await (const rows of answer.stream()) {
        for (const row of rows) {
          const read = toRow(row.json() as StoredRow);
          if (!matches(read)) continue;
          yield read;
          found += 1;
          if (found === query.limit) return;
        }
      }
    } catch (error) {
      throw toSinkError(what, error);
    } finally {
      answer.close();
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether the stored position is the one that the batch follows; `isOurs`: which we have written. */
  async #follows({ archive, afterVersion }: SinkBatch, isOurs: boolean): Promise<boolean> {
    const stored = await this.#position(archive);
    if (Number(stored?.version ?? 0) !== afterVersion) return false;
    return !isOurs || stored?.writer === this.#writer; // otherwise another one wrote it too
  }

  /** Inserts what is missing. Answers a row that ClickHouse does not take: then nothing was inserted. */
  async #keep(rows: readonly ArchiveRow[]): Promise<Refusal | undefined> {
    const missing = await this.#kept.missing(rows);
    if (missing.length > 0) {
      try {
        await this.#insert(this.#tables.events, eventColumns, missing.map(eventLine));
      } catch (error) {
        const bad = badRowOf(error);
        const index = rows.indexOf(missing[bad?.index ?? -1]!);
        if (bad === undefined || index === -1) throw error;
        this.#inDoubt = undefined;
        return { index, reason: bad.reason };
      }
    }
    this.#kept.add(missing);
    return undefined;
  }

  async #putPosition({ archive, cursor, afterVersion }: SinkBatch): Promise<void> {
    const position = line([archive, String(afterVersion + 1), this.#writer, JSON.stringify(cursor)]);
    try {
      await this.#insert(this.#tables.positions, positionColumns, [position]);
    } catch (error) {
      this.#kept.forget();
      throw error;
    }
    this.#written.set(archive, afterVersion + 1);
  }

  /** Of several that wrote the same version, the first by its name: all of them see the same one. */
  async #position(archive: string): Promise<StoredPosition | undefined> {
    const [stored] = await this.#select<StoredPosition>(
      `SELECT toString(version) AS version, writer, cursor FROM ${this.#tables.positions}
       WHERE archive = ${literal(archive)} ORDER BY toUInt64(version) DESC, writer LIMIT 1`,
    );
    return stored;
  }

  async #insert(table: string, columns: [string, ...string[]], lines: readonly string[]): Promise<void> {
    const client = await this.#client.get();
    this.#inserts += 1;
    this.#inDoubt = `attune-${this.#writer}-${this.#inserts}`;
    const values = textStream(lines);
    await client.insert({ table, columns, values, format: "TabSeparated", query_id: this.#inDoubt });
    this.#inDoubt = undefined;
  }

  /** An insert whose answer did not come may be running: what is there can be told when it has ended. */
  async #untilKnown(): Promise<void> {
    if (this.#inDoubt === undefined) return;
    const running = await this.#select(
      `SELECT query_id FROM system.processes WHERE query_id = ${literal(this.#inDoubt)}`,
    );
    if (running.length > 0)
      throw sinkUnavailable("ClickHouse is still busy with an insert that was given up");
    this.#inDoubt = undefined;
  }

  async #select<Row>(query: string): Promise<Row[]> {
    const client = await this.#client.get();
    const answer = await client.query({
      query,
      format: "JSONEachRow",
      clickhouse_settings: { max_threads: 1 },
    });
    return (await answer.json()) as Row[];
  }

  #inTurn<T>(what: string, work: () => Promise<T>): Promise<T> {
    return this.#calls.run(() => this.#try(what, work));
  }

  async #try<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toSinkError(what, error);
    }
  }
}

async function connect(url: string, timeoutMs: number): Promise<ClickHouseClient> {
  const { createClient, ClickHouseLogLevel } = await loadClient<ClickHouseModule>("@clickhouse/client");
  try {
    return createClient({
      url: url.replace(/^clickhouse/, "http"),
      request_timeout: timeoutMs,
      max_open_connections: 4,
      // Servers close idle connections after 3 s (old) or 10 s (new): never use one that they are about to close.
      keep_alive: { enabled: true, idle_socket_ttl: 1500 },
      log: { level: ClickHouseLogLevel.OFF }, // each error is thrown as well
      application: "attune-archive",
    });
  } catch (error) {
    throw notItsUrl("ClickHouse", error);
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
  const { protocol, host, pathname } = withoutSecrets(url, {
    schemes: ["clickhouse", "clickhouses"],
    form: "A ClickHouse URL is clickhouse://user:password@host:8123/database, or clickhouses:// for HTTPS",
  });
  return `${protocol}//${host}${pathname}`;
}
