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

/**
 * Where rows are appended to first. An appender alone knows no "unless it is there already"; and one that failed is emptied
 * into its table when its memory is collected, past any transaction.
 */
export const stagingTable = "attune_staged_events";
export const makeStaging = `CREATE TEMP TABLE IF NOT EXISTS ${stagingTable} (${columns})`;

/** `"all"` fails when one of them is there already, and is the faster one. */
export function insertStaged({ table }: TableNames, which: "all" | "those that are new"): string {
  const names = "event_type, event_id, id_ms, id_seq, timestamp, source, data";
  return `INSERT INTO ${quoted(table)} (${names}, archived_at)
    SELECT ${names}, make_timestamp(CAST($1 AS BIGINT)) FROM ${stagingTable}${which === "all" ? "" : " ON CONFLICT DO NOTHING"}`;
}

export function selectPosition({ positionsTable }: TableNames): string {
  return `SELECT version, cursor FROM ${quoted(positionsTable)} WHERE archive = $1`;
}

/**
 * Changes one row if it still has the version before. Not one statement for the first version and all others: an ON CONFLICT
 * takes three times as long.
 */
export function putPosition({ positionsTable }: TableNames, which: "first" | "next"): string {
  const positions = quoted(positionsTable);
  const now = "make_timestamp(CAST($4 AS BIGINT))";
  return which === "first"
    ? `INSERT INTO ${positions} (archive, version, cursor, updated_at) SELECT $1, CAST($2 AS BIGINT) + 1, $3, ${now}
       WHERE NOT EXISTS (SELECT 1 FROM ${positions} WHERE archive = $1)`
    : `UPDATE ${positions} SET version = version + 1, cursor = $3, updated_at = ${now} WHERE archive = $1 AND version = $2`;
}
