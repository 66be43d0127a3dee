/** `@attune/archive`: events in a store that keeps them for long, each exactly once. */
export { Archive, type DeadLetterReplay, type RunOptions } from "./archive.ts";
export type { ArchiveOptions } from "./archive-options.ts";
export type { ArchiveProgress, ArchiveStatus } from "./archive-progress.ts";
export { ArchivedEvent } from "./archived-event.ts";
export {
  type DuckDbOnceOptions,
  duckdbOnce,
  type PostgresClientOf,
  type PostgresOnceOptions,
  postgresOnce,
  type SqliteOnceOptions,
  sqliteOnce,
} from "./once/index.ts";
export { makeSink, openSink } from "./open-sink.ts";
export { queryArchive } from "./query-archive.ts";
export { type ReplayArchiveOptions, type ReplayOutcome, replayArchive } from "./replay-archive.ts";
export type {
  ArchivePosition,
  ArchiveQuery,
  ArchiveRow,
  Condition,
  Refusal,
  Sink,
  SinkBatch,
  WriteOutcome,
} from "./sink.ts";
export type { SinkOptions } from "./sink-options.ts";
export { ClickHouseSink, type ClickHouseSinkOptions } from "./sinks/clickhouse/index.ts";
export { ElasticsearchSink, type ElasticsearchSinkOptions } from "./sinks/elasticsearch/index.ts";
export { PostgresSink, type PostgresSinkOptions } from "./sinks/postgres/index.ts";
