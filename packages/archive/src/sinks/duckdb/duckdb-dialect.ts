/** Queries in DuckDB. */
import { quoted, type SqlDialect } from "../sql/index.ts";

export function duckDbDialect(table: string): SqlDialect {
  return {
    select: "event_type, event_id, epoch_ms(timestamp), source, data",
    from: quoted(table),
    eventType: "event_type",
    timestamp: "timestamp",
    source: "source",
    order: ["timestamp", "id_ms", "id_seq", "event_type"],
    placeholder: (index, type) =>
      type === "time" ? `make_timestamp(CAST($${index} AS BIGINT))` : `CAST($${index} AS ${typeNames[type]})`,
    timeValue: (time) => BigInt(time.getTime()) * 1000n,
    textAt: (path, bind) => at(path, bind, ["VARCHAR"], "text"),
    numberAt: (path, bind) =>
      at(path, bind, ["UBIGINT", "BIGINT", "HUGEINT", "UHUGEINT", "DOUBLE"], "TRY_CAST(text AS DOUBLE)"),
    booleanAt: (path, bind) => at(path, bind, ["BOOLEAN"], "(text = 'true')"),
    isNullAt: (path, bind) => at(path, bind, ["NULL"], "TRUE"),
    existsAt: (path, bind) => `json_type(${json}, ${bind(pointer(path), "text")}) IS NOT NULL`,
    contains: (text, part) => `contains(${text}, ${part})`,
    comparable: (text) => text,
  };
}

const typeNames = { text: "VARCHAR", number: "DOUBLE", integer: "BIGINT", boolean: "BOOLEAN" } as const;

type Bind = Parameters<SqlDialect["textAt"]>[1];

/**
 * The data where it is JSON. Not a condition around what is done with it: DuckDB takes what occurs twice out of conditions,
 * does it first, and fails.
 */
const json = "CASE WHEN json_valid(data) THEN data END";

/** What is at the path, if it is of one of these types; `text` stands for it as a text. */
function at(path: readonly string[], bind: Bind, types: readonly string[], value: string): string {
  const where = bind(pointer(path), "text");
  const list = types.map((type) => `'${type}'`).join(", ");
  const found = value.replace("text", `json_extract_string(${json}, ${where})`);
  return `CASE WHEN json_type(${json}, ${where}) IN (${list}) THEN ${found} END`;
}

/** A JSON pointer: the same text is a key in an object and an index in a list. */
function pointer(path: readonly string[]): string {
  if (path.length === 0) return "$";
  return path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
