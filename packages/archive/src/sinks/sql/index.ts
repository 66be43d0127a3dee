/** What SQL sinks share: queries. */
export { type SqlParameter, type SqlQuery, selectRows } from "./select-rows.ts";
export { type Bind, quoted, type SqlDialect, type SqlType, type SqlValue } from "./sql-dialect.ts";
export { checkTableNames } from "./table-names.ts";
