/** PostgreSQL. */
export type { PostgresClient, PostgresPool, PostgresQuery, PostgresResult } from "./postgres-client.ts";
export { PostgresSink, type PostgresSinkOptions } from "./postgres-sink.ts";
