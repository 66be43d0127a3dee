/** What is used of `@clickhouse/client`, so that the types of this package do not need that package's. Its client fits. */
import type { Readable } from "node:stream";

export interface ClickHouseRows {
  json(): Promise<unknown>;
  stream(): AsyncIterable<readonly { json(): unknown }[]>;
  close(): void;
}

export interface ClickHouseClient {
  command(request: { query: string }): Promise<unknown>;
  query(request: {
    query: string;
    format: "JSONEachRow";
    clickhouse_settings?: { max_threads: number };
  }): Promise<ClickHouseRows>;
  insert(request: {
    table: string;
    columns: [string, ...string[]];
    values: Readable;
    format: "TabSeparated";
    query_id?: string;
  }): Promise<unknown>;
  close(): Promise<void>;
}

export interface ClickHouseModule {
  createClient(options: object): ClickHouseClient;
  readonly ClickHouseLogLevel: { readonly OFF: number };
}
