/** Stores for `processOnce` of @attune/streams: the effect and the mark that it was done are one transaction. */
export { type DuckDbOnceOptions, duckdbOnce } from "./duckdb-once.ts";
export { type PostgresClientOf, type PostgresOnceOptions, postgresOnce } from "./postgres-once.ts";
export { type SqliteOnceOptions, sqliteOnce } from "./sqlite-once.ts";
