/** The SELECT that answers a query without conditions on the data, and its parameters: values never stand in the text. */
import { toPredicate } from "../../query/predicate.ts";
import type { ArchiveQuery } from "../../sink.ts";
import { conditionSql } from "./condition-sql.ts";
import type { Bind, SqlDialect, SqlType, SqlValue } from "./sql-dialect.ts";

export interface SqlQuery {
  readonly text: string;
  /** In the order of their placeholders. */
  readonly parameters: readonly SqlParameter[];
}

export interface SqlParameter {
  readonly value: SqlValue;
  readonly type: SqlType;
}

export function selectRows(dialect: SqlDialect, query: ArchiveQuery): SqlQuery {
  const parameters: SqlParameter[] = [];
  const bind: Bind = (value, type) => {
    parameters.push({ value, type });
    return dialect.placeholder(parameters.length, type);
  };
  const conditions: string[] = [];
  if (query.types) {
    const types = query.types.map((eventType) => bind(eventType, "text"));
    conditions.push(types.length === 0 ? "1 = 0" : `${dialect.eventType} IN (${types.join(", ")})`);
  }
  if (query.from) conditions.push(`${dialect.timestamp} >= ${bind(dialect.timeValue(query.from), "time")}`);
  if (query.to) conditions.push(`${dialect.timestamp} < ${bind(dialect.timeValue(query.to), "time")}`);
  for (const condition of query.where ?? [])
    conditions.push(conditionSql(dialect, toPredicate(condition), bind));
  const direction = query.order === "newest first" ? "DESC" : "ASC";
  const lines = [
    `SELECT ${dialect.select}`,
    `FROM ${dialect.from}`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.map((one) => `(${one})`).join(" AND ")}`] : []),
    `ORDER BY ${dialect.order.map((column) => `${column} ${direction}`).join(", ")}`,
    ...(query.limit === undefined ? [] : [`LIMIT ${bind(query.limit, "integer")}`]),
  ];
  return { text: lines.join("\n"), parameters };
}
