/** The tables of an archive in DuckDB. */
import { quoted } from "../sql/index.ts";

export interface TableNames {
  readonly table: string;
  readonly positionsTable: string;
}

const columns = `
  event_type VARCHAR NOT NULL,
  event_id VARCHAR NOT NULL,
  id_ms UBIGINT NOT NULL,
  id_seq UBIGINT NOT NULL,
  timestamp TIMESTAMP NOT NULL,
  source VARCHAR NOT NULL,
  data VARCHAR NOT NULL`;

/** `timestamp` is in UTC (of no zone: the other kind needs an extension). `data` is a text: JSON as a type of its own would alter it. */
export function makeTables({ table, positionsTable }: TableNames): string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${quoted(table)} (${columns},
      archived_at TIMESTAMP NOT NULL, PRIMARY KEY (event_type, event_id))`,
    `CREATE TABLE IF NOT EXISTS ${quoted(positionsTable)} (
      archive VARCHAR NOT NULL PRIMARY KEY, version BIGINT NOT NULL, cursor VARCHAR NOT NULL, updated_at TIMESTAMP NOT NULL)`,
  ];
}

/** Where rows are appended to first: an appender alone knows no "unless it is there already". */
export const stagingTable = "attune_staged_events";
export const makeStaging = `CREATE TEMP TABLE IF NOT EXISTS ${stagingTable} (${columns})`;

export function insertStaged({ table }: TableNames): string {
  const names = "event_type, event_id, id_ms, id_seq, timestamp, source, data";
  return `INSERT INTO ${quoted(table)} (${names}, archived_at)
    SELECT ${names}, make_timestamp(CAST($1 AS BIGINT)) FROM ${stagingTable} ON CONFLICT DO NOTHING`;
}

export function selectPosition({ positionsTable }: TableNames): string {
  return `SELECT version, cursor FROM ${quoted(positionsTable)} WHERE archive = $1`;
}

export function putPosition({ positionsTable }: TableNames): string {
  return `INSERT INTO ${quoted(positionsTable)} VALUES ($1, $2, $3, make_timestamp(CAST($4 AS BIGINT)))
    ON CONFLICT (archive) DO UPDATE SET version = excluded.version, cursor = excluded.cursor, updated_at = excluded.updated_at`;
}
