/** Elasticsearch. */
export type { ElasticsearchClient } from "./elasticsearch-client.ts";
export { ElasticsearchSink, type ElasticsearchSinkOptions } from "./elasticsearch-sink.ts";
