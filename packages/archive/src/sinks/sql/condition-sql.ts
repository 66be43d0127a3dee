/** One condition in SQL. Where there is nothing at the field, every expression is NULL or FALSE: the row is not asked for. */
import type { Predicate, Scalar } from "../../query/predicate.ts";
import type { Bind, SqlDialect } from "./sql-dialect.ts";

export function conditionSql(dialect: SqlDialect, predicate: Predicate, bind: Bind): string {
  const at = valuesAt(dialect, predicate.field, bind);
  switch (predicate.is) {
    case "exists":
      return at.exists();
    case "=":
      return equals(at, predicate.value, bind);
    case "!=":
      return `${at.exists()} AND NOT COALESCE(${equals(at, predicate.value, bind)}, FALSE)`;
    case "in": {
      const texts = predicate.values.filter((value) => typeof value === "string");
      const numbers = predicate.values.filter((value) => typeof value === "number");
      const parts: string[] = [];
      if (texts.length > 0) {
        parts.push(
          `COALESCE(${at.text()} IN (${texts.map((text) => bind(text, "text")).join(", ")}), FALSE)`,
        );
      }
      if (numbers.length > 0) {
        const list = numbers.map((number) => bind(number, "number")).join(", ");
        parts.push(`COALESCE(${at.number()} IN (${list}), FALSE)`);
      }
      return parts.length === 0 ? "1 = 0" : parts.join(" OR ");
    }
    case "contains":
      return dialect.contains(at.text(), bind(predicate.value, "text"));
    default:
      return typeof predicate.value === "number"
        ? `${at.number()} ${predicate.is} ${bind(predicate.value, "number")}`
        : `${dialect.comparable(at.text())} ${predicate.is} ${dialect.comparable(bind(predicate.value, "text"))}`;
  }
}

function equals(at: ValuesAt, value: Scalar, bind: Bind): string {
  if (value === null) return at.isNull();
  if (typeof value === "boolean") return `${at.boolean()} = ${bind(value, "boolean")}`;
  if (typeof value === "number") return `${at.number()} = ${bind(value, "number")}`;
  return `${at.text()} = ${bind(value, "text")}`;
}

/** Made where they are used, since each brings its parameters along, and some stores go by their order. */
interface ValuesAt {
  text(): string;
  number(): string;
  boolean(): string;
  isNull(): string;
  exists(): string;
}

function valuesAt(dialect: SqlDialect, field: Predicate["field"], bind: Bind): ValuesAt {
  if (field !== "source") {
    return {
      text: () => dialect.textAt(field, bind),
      number: () => dialect.numberAt(field, bind),
      boolean: () => dialect.booleanAt(field, bind),
      isNull: () => dialect.isNullAt(field, bind),
      exists: () => dialect.existsAt(field, bind),
    };
  }
  // A source is always a text. NULL of a type, since some stores want to know which.
  return {
    text: () => dialect.source,
    number: () => "NULLIF(1, 1)",
    boolean: () => "NULLIF(1 = 1, 1 = 1)",
    isNull: () => "1 = 0",
    exists: () => "1 = 1",
  };
}
