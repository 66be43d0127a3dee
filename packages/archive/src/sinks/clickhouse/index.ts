/** ClickHouse. */
export type { ClickHouseClient, ClickHouseRows } from "./clickhouse-client.ts";
export { ClickHouseSink, type ClickHouseSinkOptions } from "./clickhouse-sink.ts";
