/** Elasticsearch. */
export { ElasticsearchSink, type ElasticsearchSinkOptions } from "./elasticsearch-sink.ts";
