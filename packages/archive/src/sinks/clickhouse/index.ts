/** ClickHouse. */
export { ClickHouseSink, type ClickHouseSinkOptions } from "./clickhouse-sink.ts";
