/** The two indices in Elasticsearch. */
import type { ElasticsearchClient } from "./elasticsearch-client.ts";
import { typeOf } from "./elasticsearch-errors.ts";

/** How deep the object of an event may be, to be searched. Deeper data is kept all the same. */
export const maxDepth = 20;

/** Lucene takes terms of up to 32,766 bytes; a character has at most four, and there are keys. */
const longestTerm = 4096;

const eventFields = {
  event_type: { type: "keyword" },
  event_id: { type: "keyword" },
  id_ms: { type: "unsigned_long" },
  id_seq: { type: "unsigned_long" },
  // The id with leading zeros: numbers beyond 2^53 would not survive JSON on their way back as a place to go on from.
  id_order: { type: "keyword" },
  timestamp: { type: "date" },
  source: { type: "keyword", ignore_above: longestTerm },
  // The text exactly as it was: only kept, not searched.
  data: { type: "keyword", index: false, doc_values: false },
  // The same as an object, to be searched: one field, however many keys events have.
  object: { type: "flattened", depth_limit: maxDepth, ignore_above: longestTerm },
  archived_at: { type: "date" },
};

const positionFields = {
  archive: { type: "keyword" },
  version: { type: "long" },
  cursor: { type: "keyword", index: false, doc_values: false },
  updated_at: { type: "date" },
};

export async function makeIndices(
  client: ElasticsearchClient,
  events: string,
  positions: string,
): Promise<void> {
  await makeIndex(client, events, eventFields);
  await makeIndex(client, positions, positionFields);
}

async function makeIndex(client: ElasticsearchClient, index: string, properties: object): Promise<void> {
  if (await client.indices.exists({ index })) return;
  try {
    await client.indices.create({ index, mappings: { dynamic: false, properties } });
  } catch (error) {
    if (typeOf(error) !== "resource_already_exists_exception") throw error;
  }
}
