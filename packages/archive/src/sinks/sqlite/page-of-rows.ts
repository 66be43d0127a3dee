/** The SELECT of one page of a query: after the last row of the page before, so that nothing stays open in between. */
import type { ArchiveQuery, ArchiveRow } from "../../sink.ts";
import { quoted } from "../sql/index.ts";
import { fromText } from "./stored-text.ts";
import { type Stored, sortableId } from "./tables.ts";

export interface Page {
  readonly text: string;
  readonly values: readonly Stored[];
}

const order = ["timestamp", "id_ms", "id_seq", "event_type"];

/** Conditions on the data are not in it: see `SqliteSink.query`. */
export function pageOfRows(
  table: string,
  query: ArchiveQuery,
  after: ArchiveRow | undefined,
  size: number,
): Page {
  const values: Stored[] = [];
  const conditions: string[] = [];
  const { types, from, to } = query;
  if (types) {
    // As a list in one value: there may be more types than SQLite has parameters.
    conditions.push("event_type IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(types));
  }
  if (from) {
    conditions.push("timestamp >= ?");
    values.push(from.toISOString());
  }
  if (to) {
    conditions.push("timestamp < ?");
    values.push(to.toISOString());
  }
  const newestFirst = query.order === "newest first";
  if (after) {
    conditions.push(`(${order.join(", ")}) ${newestFirst ? "<" : ">"} (?, ?, ?, ?)`);
    const { ms, seq } = sortableId(after.eventId);
    values.push(after.timestamp.toISOString(), ms, seq, fromText(after.eventType));
  }
  const direction = newestFirst ? "DESC" : "ASC";
  const text = [
    "SELECT event_type, event_id, timestamp, source, data",
    `FROM ${quoted(table)}`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(" AND ")}`] : []),
    `ORDER BY ${order.map((column) => `${column} ${direction}`).join(", ")}`,
    "LIMIT ?",
  ].join("\n");
  values.push(BigInt(size));
  return { text, values };
}
