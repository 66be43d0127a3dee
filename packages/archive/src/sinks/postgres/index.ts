/** PostgreSQL. */

export { PostgresSink, type PostgresSinkOptions } from "./postgres-sink.ts";
