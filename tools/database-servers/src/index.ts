/** Finds, fetches and runs a real PostgreSQL and ClickHouse for tests and benches. */
export type { DatabaseServer, StartOptions } from "./database-server.ts";
export { NotHereError } from "./not-here-error.ts";
export { startClickHouse } from "./start-clickhouse.ts";
export { startPostgres } from "./start-postgres.ts";
export { unlessNotHere } from "./unless-not-here.ts";
