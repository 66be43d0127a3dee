/** Queries in DuckDB. */
import { quoted, type SqlDialect } from "../sql/index.ts";

export function duckDbDialect(table: string): SqlDialect {
  return {
    // As bytes: the client takes a byte order mark off the beginning of texts.
    select: "encode(event_type), event_id, epoch_ms(timestamp), encode(source), encode(data)",
    from: quoted(table),
    eventType: "event_type",
    timestamp: "timestamp",
    source: "source",
    order: ["timestamp", "id_ms", "id_seq", "event_type"],
    placeholder: (index, type) =>
      type === "time" ? `make_timestamp(CAST($${index} AS BIGINT))` : `CAST($${index} AS ${typeNames[type]})`,
    timeValue: (time) => BigInt(time.getTime()) * 1000n,
    contains: (text, part) => `contains(${text}, ${part})`,
    comparable: (text) => text,
  };
}

const typeNames = { text: "VARCHAR", integer: "BIGINT" } as const;
