/** The tables of an archive in SQLite, and the statements on them. */

import { type IdParts, idParts } from "../../id-parts.ts";
import type { ArchiveRow } from "../../sink.ts";
import { quoted } from "../sql/index.ts";
import { fromText, toText } from "./stored-text.ts";

export interface TableNames {
  readonly table: string;
  readonly positionsTable: string;
}

/**
 * `timestamp` is ISO 8601 in UTC: it sorts as a text. `id_ms` and `id_seq` have no type, so that what is too large for an
 * integer of SQLite can be a text, which sorts after all integers.
 */
export function makeTables({ table, positionsTable }: TableNames): string {
  const events = quoted(table);
  return `
    CREATE TABLE IF NOT EXISTS ${events} (
      event_type TEXT NOT NULL,
      event_id TEXT NOT NULL,
      id_ms NOT NULL,
      id_seq NOT NULL,
      timestamp TEXT NOT NULL,
      source TEXT NOT NULL,
      data TEXT NOT NULL,
      archived_at TEXT NOT NULL,
      PRIMARY KEY (event_type, event_id)
    );
    CREATE INDEX IF NOT EXISTS ${quoted(`${table}_by_time`)} ON ${events} (timestamp, id_ms, id_seq, event_type);
    CREATE TABLE IF NOT EXISTS ${quoted(positionsTable)} (
      archive TEXT NOT NULL PRIMARY KEY,
      version INTEGER NOT NULL,
      cursor TEXT NOT NULL,
      updated_at TEXT NOT NULL
    );`;
}

export function insertRows({ table }: TableNames, count: number): string {
  const rows = Array.from({ length: count }, () => "(?, ?, ?, ?, ?, ?, ?, ?)");
  return `INSERT INTO ${quoted(table)} (event_type, event_id, id_ms, id_seq, timestamp, source, data, archived_at)
    VALUES ${rows.join(", ")} ON CONFLICT (event_type, event_id) DO NOTHING`;
}

export function selectPosition({ positionsTable }: TableNames): string {
  return `SELECT version, cursor FROM ${quoted(positionsTable)} WHERE archive = ?`;
}

export function putPosition({ positionsTable }: TableNames): string {
  return `INSERT INTO ${quoted(positionsTable)} (archive, version, cursor, updated_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (archive) DO UPDATE SET version = excluded.version, cursor = excluded.cursor, updated_at = excluded.updated_at`;
}

export type Stored = string | Buffer | bigint;

export function toValues(row: ArchiveRow, archivedAt: string): Stored[] {
  const { ms, seq } = sortableId(row.eventId);
  return [
    fromText(row.eventType),
    row.eventId,
    ms,
    seq,
    row.timestamp.toISOString(),
    fromText(row.source),
    fromText(row.data),
    archivedAt,
  ];
}

/** The parts of an id as they are stored. */
export function sortableId(eventId: string): { readonly [Part in keyof IdParts]: bigint | string } {
  const { ms, seq } = idParts(eventId);
  return { ms: sortable(ms), seq: sortable(seq) };
}

const largestInteger = 2n ** 63n - 1n;

function sortable(part: bigint): bigint | string {
  return part <= largestInteger ? part : String(part).padStart(20, "0");
}

export function toRow(columns: Readonly<Record<string, unknown>>): ArchiveRow {
  return {
    eventType: toText(columns.event_type),
    eventId: String(columns.event_id),
    timestamp: new Date(String(columns.timestamp)),
    source: toText(columns.source),
    data: toText(columns.data),
  };
}
