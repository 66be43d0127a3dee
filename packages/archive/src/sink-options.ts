/** What `openSink` takes beside the URL. */
import type { Logger } from "@attune/transport";

export interface SinkOptions {
  /** The table (index, for Elasticsearch) of the events. Default "events". Not for JSONL. */
  readonly table?: string;
  /** The table (index) of the positions. Default "archive_positions". Not for JSONL. */
  readonly positionsTable?: string;
  /** PostgreSQL: the schema of both tables; default: the first of the search path. ClickHouse: the database. */
  readonly schema?: string;
  /** How long one call to a store on the network may take, in milliseconds. Default 30,000, from 100 to 3,600,000. */
  readonly timeoutMs?: number;
  /** JSONL: a file that has reached so many bytes is done, and the next one begun. Default 64 MiB, from 1024. */
  readonly maxFileBytes?: number;
  /** JSONL: so is one whose first event is older than this, when the next batch is written. In milliseconds, from 1000. Default: never. */
  readonly maxFileAgeMs?: number;
  /** JSONL: files that are done are compressed. Default false. */
  readonly gzip?: boolean;
  /** SQLite: "full" survives a power failure, "normal" the death of every process. Default "full". */
  readonly synchronous?: "full" | "normal";
  /** Default: the console, warnings and errors only. */
  readonly logger?: Logger;
}
