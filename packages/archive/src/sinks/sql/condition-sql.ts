/** One condition on the source in SQL. Those on the data are looked at here, not by the store: see `askInPart`. */
import type { Predicate } from "../../query/predicate.ts";
import type { Bind, SqlDialect } from "./sql-dialect.ts";

/** The source is always there, and always a text: it is equal to nothing else, and compares with nothing else. */
export function conditionSql(dialect: SqlDialect, predicate: Predicate, bind: Bind): string {
  const { source } = dialect;
  switch (predicate.is) {
    case "exists":
      return always;
    case "=":
      return typeof predicate.value === "string" ? `${source} = ${bind(predicate.value, "text")}` : never;
    case "!=":
      return typeof predicate.value === "string" ? `${source} <> ${bind(predicate.value, "text")}` : always;
    case "in": {
      const texts = predicate.values.filter((value) => typeof value === "string");
      if (texts.length === 0) return never;
      return `${source} IN (${texts.map((text) => bind(text, "text")).join(", ")})`;
    }
    case "contains":
      return dialect.contains(source, bind(predicate.value, "text"));
    default:
      if (typeof predicate.value !== "string") return never;
      return `${dialect.comparable(source)} ${predicate.is} ${dialect.comparable(bind(predicate.value, "text"))}`;
  }
}

const always = "1 = 1";
const never = "1 = 0";
