/** What SQL sinks share: queries. */
export { askInPart } from "./ask-in-part.ts";
export { selectRows } from "./select-rows.ts";
export { quoted, type SqlDialect } from "./sql-dialect.ts";
export { checkTableNames } from "./table-names.ts";
