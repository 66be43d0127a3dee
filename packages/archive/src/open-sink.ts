/** `openSink(url)`: from a URL to a sink, loading what it needs on demand. */
import { AttuneError } from "@attune/transport";
import type { Sink } from "./sink.ts";
import type { SinkOptions } from "./sink-options.ts";

type OpenSink = (url: string, options: SinkOptions) => Promise<Sink>;

/** Which sink is meant by a scheme; each is loaded when it is asked for. */
const sinkOfScheme: Readonly<Record<string, () => Promise<OpenSink>>> = {
  jsonl: async () => (await import("./sinks/jsonl/jsonl-sink.ts")).openJsonlSink,
  sqlite: async () => (await import("./sinks/sqlite/sqlite-sink.ts")).openSqliteSink,
  duckdb: async () => (await import("./sinks/duckdb/duckdb-sink.ts")).openDuckDbSink,
  postgres: loadPostgresSink,
  postgresql: loadPostgresSink,
  clickhouse: loadClickHouseSink,
  clickhouses: loadClickHouseSink,
  elasticsearch: loadElasticsearchSink,
  elasticsearches: loadElasticsearchSink,
};

async function loadPostgresSink(): Promise<OpenSink> {
  return (await import("./sinks/postgres/postgres-sink.ts")).openPostgresSink;
}

async function loadClickHouseSink(): Promise<OpenSink> {
  return (await import("./sinks/clickhouse/clickhouse-sink.ts")).openClickHouseSink;
}

async function loadElasticsearchSink(): Promise<OpenSink> {
  return (await import("./sinks/elasticsearch/elasticsearch-sink.ts")).openElasticsearchSink;
}

/**
 * Opens a sink, and makes what it needs (folder, file, tables). Rejects with `ATTUNE_URL_INVALID`, `ATTUNE_ADAPTER_MISSING`,
 * `ATTUNE_ARGUMENT_INVALID`, `ATTUNE_SINK_UNAVAILABLE` or `ATTUNE_SINK_REFUSED`.
 */
export async function openSink(url: string, options: SinkOptions = {}): Promise<Sink> {
  const sink = await makeSink(url, options);
  try {
    await sink.open();
    return sink;
  } catch (error) {
    await sink.close();
    throw error;
  }
}

/** The same before its `open()`: for an `Archive`, which waits for a store that is away. */
export async function makeSink(url: string, options: SinkOptions = {}): Promise<Sink> {
  const scheme = typeof url === "string" ? /^([a-z][a-z0-9+]*):/i.exec(url)?.[1]?.toLowerCase() : undefined;
  const load = scheme !== undefined && Object.hasOwn(sinkOfScheme, scheme) ? sinkOfScheme[scheme] : undefined;
  if (!load) {
    const known = Object.keys(sinkOfScheme).map((name) => `${name}:`);
    // The rest of a URL may hold a password: only the scheme is repeated.
    throw new AttuneError(
      "ATTUNE_URL_INVALID",
      `A sink's URL must start with ${known.join(", ")}; ${scheme ? `"${scheme}:" is none of them` : "this one has no scheme"}.`,
      { details: { scheme } },
    );
  }
  const open = await load();
  return open(url, options);
}
