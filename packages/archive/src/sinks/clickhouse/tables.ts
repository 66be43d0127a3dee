/** The two tables in ClickHouse. */
import type { ClickHouseClient } from "./clickhouse-client.ts";
import { isTableExists } from "./clickhouse-errors.ts";
import { identifier } from "./literal.ts";

export interface Tables {
  /** Quoted, with their database. */
  readonly events: string;
  readonly positions: string;
}

export interface TableNames {
  readonly schema: string | undefined;
  readonly table: string;
  readonly positionsTable: string;
}

export function toTables({ schema, table, positionsTable }: TableNames): Tables {
  const prefix = schema === undefined ? "" : `${identifier(schema)}.`;
  return { events: prefix + identifier(table), positions: prefix + identifier(positionsTable) };
}

/** `archived_at` is filled in by the server, `timestamp` is another view of `timestamp_ms`. */
export const eventColumns: [string, ...string[]] = [
  "event_type",
  "event_id",
  "id_ms",
  "id_seq",
  "timestamp_ms",
  "source",
  "data",
];

export const positionColumns: [string, ...string[]] = ["archive", "version", "writer", "cursor"];

/** Makes what is missing; what is there is only looked at: tables with another engine (replicated, in parts) are fine. */
export async function makeTables(client: ClickHouseClient, { events, positions }: Tables): Promise<void> {
  // Times in milliseconds: a DateTime64 is unknown to servers before 20.1. Not split into parts: so each insert is one block,
  // and there in full or not at all.
  const eventsMade = makeTable(
    client,
    events,
    [...eventColumns, "timestamp", "archived_at"],
    `(
    event_type String,
    event_id String,
    id_ms UInt64,
    id_seq UInt64,
    timestamp_ms Int64,
    timestamp DateTime ALIAS toDateTime(intDiv(timestamp_ms, 1000), 'UTC'),
    source String,
    data String,
    archived_at DateTime DEFAULT now()
  ) ENGINE = ReplacingMergeTree ORDER BY (event_type, id_ms, id_seq)`,
  );
  // One row for each process that wrote: of several that write at once, all can see who was first.
  const positionsMade = makeTable(
    client,
    positions,
    [...positionColumns, "updated_at"],
    `(
    archive String,
    version UInt64,
    writer String,
    cursor String,
    updated_at DateTime DEFAULT now()
  ) ENGINE = ReplacingMergeTree(version) ORDER BY (archive, writer)`,
  );
  await Promise.all([eventsMade, positionsMade]);
}

async function makeTable(
  client: ClickHouseClient,
  table: string,
  columns: string[],
  definition: string,
): Promise<void> {
  const ask = async (query: string) => (await client.query({ query, format: "JSONEachRow" })).json();
  // Asked for: a table that is missing would be an error, which clients with a log put there.
  const [{ result }] = (await ask(`EXISTS TABLE ${table}`)) as [{ result: number }];
  if (Number(result) === 0) {
    try {
      await client.command({ query: `CREATE TABLE IF NOT EXISTS ${table} ${definition}` });
    } catch (error) {
      if (!isTableExists(error)) throw error; // old servers say so when two make it at once
    }
  }
  await ask(`SELECT ${columns.join(", ")} FROM ${table} LIMIT 0`);
}
