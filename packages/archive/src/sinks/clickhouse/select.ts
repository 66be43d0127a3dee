/** The SELECT of a query, but for its conditions on source and data. */
import type { ArchiveQuery } from "../../sink.ts";
import { literals } from "./literal.ts";

export function toSelect(
  events: string,
  { types, from, to, where = [], order, limit }: ArchiveQuery,
): string {
  const conditions: string[] = [];
  if (types) conditions.push(types.length === 0 ? "0" : `event_type IN (${literals(types)})`);
  if (from) conditions.push(`timestamp_ms >= ${from.getTime()}`);
  if (to) conditions.push(`timestamp_ms < ${to.getTime()}`);
  const direction = order === "newest first" ? "DESC" : "ASC";
  const columns = ["timestamp_ms", "id_ms", "id_seq", "event_type"];
  return [
    "SELECT event_type, event_id, toString(timestamp_ms) AS ms, source, data",
    // FINAL: a row that was inserted twice is there once, also before its parts are merged.
    `FROM ${events} FINAL`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(" AND ")}`] : []),
    `ORDER BY ${columns.map((column) => `${column} ${direction}`).join(", ")}`,
    ...(limit !== undefined && where.length === 0 ? [`LIMIT ${limit}`] : []),
  ].join("\n");
}
