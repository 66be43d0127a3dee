/**
 * Archives into Elasticsearch, which has no transactions: each row is a document with its type and id as `_id`, so that it is
 * there once however often it is written, and the position is written after the rows, on condition that nobody else has written
 * it in between.
 */
import { AttuneError, checkDuration } from "@attune/transport";
import { loadClient } from "../../load-client.ts";
import { conditionMatcher } from "../../query/row-matches.ts";
import type {
  ArchivePosition,
  ArchiveQuery,
  ArchiveRow,
  Refusal,
  Sink,
  SinkBatch,
  WriteOutcome,
} from "../../sink.ts";
import { notItsUrl } from "../../sink-errors.ts";
import type { SinkOptions } from "../../sink-options.ts";
import { LazyClient } from "../lazy-client.ts";
import { refusalsOf } from "../refusals-of.ts";
import { checkTableNames } from "../sql/index.ts";
import { withoutSecrets } from "../without-secrets.ts";
import { documentId, positionId, toDocument, toRow, whyRefused } from "./documents.ts";
import type {
  BulkAnswer,
  ElasticsearchClient,
  ElasticsearchModule,
  SearchAnswer,
  SearchRequest,
  StoredPosition,
} from "./elasticsearch-client.ts";
import { itemError, reasonOf, statusOf, toSinkError } from "./elasticsearch-errors.ts";
import { makeIndices } from "./indices.ts";

export interface ElasticsearchSinkOptions
  extends Pick<SinkOptions, "table" | "positionsTable" | "timeoutMs"> {
  /** `elasticsearch://user:password@host:port` for HTTP (port 9200), `elasticsearches://` for HTTPS. Or `client`. */
  readonly url?: string;
  /** A client of your own, of `@elastic/elasticsearch`; never closed by the sink. */
  readonly client?: ElasticsearchClient;
}

/** For `openSink`. */
export async function openElasticsearchSink(url: string, options: SinkOptions): Promise<Sink> {
  return new ElasticsearchSink({ ...options, url });
}

/** How many documents of an answer are fetched at once. */
const fetched = 1000;

export class ElasticsearchSink implements Sink {
  readonly kind = "elasticsearch";
  readonly location: string;
  readonly atomicity = "idempotent";
  readonly #events: string;
  readonly #positions: string;
  readonly #client: LazyClient<ElasticsearchClient>;

  constructor(options: ElasticsearchSinkOptions) {
    const { url, client } = options;
    if ((url === undefined) === (client === undefined)) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "An Elasticsearch sink needs either url or client.");
    }
    const timeoutMs = checkDuration("timeoutMs", options.timeoutMs ?? 30_000, 100, 3_600_000);
    this.#client = new LazyClient({
      given: client,
      make: () => connect(url!, timeoutMs),
      close: (own) => own.close(),
    });
    const { table, positionsTable } = checkTableNames(options);
    this.#events = table;
    this.#positions = positionsTable;
    this.location = `${url === undefined ? "elasticsearch" : shown(url)}, index ${table}`;
  }

  open(): Promise<void> {
    return this.#use(`the indices of ${this.location} could not be made`, (client) =>
      makeIndices(client, this.#events, this.#positions),
    );
  }

  position(archive: string): Promise<ArchivePosition> {
    return this.#use("Elasticsearch did not tell the position", async (client) => {
      const stored = await this.#position(client, archive);
      return stored
        ? { version: stored._source.version, cursor: JSON.parse(stored._source.cursor) }
        : { version: 0, cursor: null };
    });
  }

  async write(batch: SinkBatch): Promise<WriteOutcome> {
    const known = refusalsOf(batch.rows, whyRefused);
    if (known.length > 0) return { outcome: "refused", refusals: known };
    return this.#use("Elasticsearch did not take the batch", async (client) => {
      const stored = await this.#position(client, batch.archive);
      if ((stored?._source.version ?? 0) !== batch.afterVersion) return { outcome: "conflict" };
      const refusals = await this.#create(client, batch.rows);
      if (refusals.length > 0) return { outcome: "refused", refusals };
      return { outcome: (await this.#move(client, batch, stored)) ? "written" : "conflict" };
    });
  }

  async *query(query: ArchiveQuery): AsyncGenerator<ArchiveRow, void, undefined> {
    const matches = conditionMatcher(query);
    const what = "Elasticsearch did not answer the query";
    // What was written a moment ago is found only after a refresh.
    await this.#use(what, (client) => client.indices.refresh({ index: this.#events }));
    let found = 0;
    let after: (string | number)[] | undefined;
    for (;;) {
      const { hits } = (await this.#use(what, (client) =>
        client.search(this.#search(query, after)),
      )) as SearchAnswer;
      for (const { _source } of hits.hits) {
        const row = toRow(_source);
        if (!matches(row)) continue;
        yield row;
        found += 1;
        if (found === query.limit) return;
      }
      if (hits.hits.length < fetched) return;
      after = hits.hits.at(-1)!.sort;
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #position(client: ElasticsearchClient, archive: string): Promise<StoredPosition | undefined> {
    try {
      return (await client.get({ index: this.#positions, id: positionId(archive) })) as StoredPosition;
    } catch (error) {
      const { body } = error as { body?: { found?: boolean } };
      if (statusOf(error) === 404 && body?.found === false) return undefined;
      throw error;
    }
  }

  /** Those that Elasticsearch refuses; the others are there then. That is no harm: they are not there twice when they come again. */
  async #create(client: ElasticsearchClient, rows: readonly ArchiveRow[]): Promise<Refusal[]> {
    if (rows.length === 0) return [];
    const operations = rows.flatMap((row) => [
      { create: { _index: this.#events, _id: documentId(row) } },
      toDocument(row),
    ]);
    const answer = (await client.bulk({ operations })) as BulkAnswer;
    if (!answer.errors) return [];
    const refusals: Refusal[] = [];
    for (const [index, { create }] of answer.items.entries()) {
      if (create.error === undefined || create.status === 409) continue; // 409: it is there already
      if (create.status !== 400) throw itemError(create);
      refusals.push({ index, reason: reasonOf(create.error) ?? "without a reason" });
    }
    return refusals;
  }

  /** False: somebody else has moved it. */
  async #move(
    client: ElasticsearchClient,
    { archive, cursor, afterVersion }: SinkBatch,
    stored: StoredPosition | undefined,
  ): Promise<boolean> {
    const document = {
      archive,
      version: afterVersion + 1,
      cursor: JSON.stringify(cursor),
      updated_at: new Date().toISOString(),
    };
    const condition = stored
      ? { if_seq_no: stored._seq_no, if_primary_term: stored._primary_term }
      : { op_type: "create" as const };
    try {
      await client.index({ index: this.#positions, id: positionId(archive), document, ...condition });
      return true;
    } catch (error) {
      if (statusOf(error) === 409) return false;
      throw error;
    }
  }

  #search(
    { types, from, to, where = [], order, limit }: ArchiveQuery,
    after: (string | number)[] | undefined,
  ): SearchRequest {
    const direction = order === "newest first" ? "desc" : "asc";
    const range = { ...(from && { gte: from.toISOString() }), ...(to && { lt: to.toISOString() }) };
    const filter = [
      ...(types ? [{ terms: { event_type: types } }] : []),
      ...(from || to ? [{ range: { timestamp: range } }] : []),
    ];
    return {
      index: this.#events,
      size: where.length === 0 && limit !== undefined ? Math.min(limit, fetched) : fetched,
      query: { bool: { filter } },
      sort: [{ timestamp: direction }, { id_order: direction }, { event_type: direction }],
      _source: ["event_type", "event_id", "timestamp", "source", "data"],
      ...(after && { search_after: after }),
    };
  }

  async #use<T>(what: string, work: (client: ElasticsearchClient) => Promise<T>): Promise<T> {
    try {
      return await work(await this.#client.get());
    } catch (error) {
      throw toSinkError(what, error);
    }
  }
}

async function connect(url: string, timeoutMs: number): Promise<ElasticsearchClient> {
  const { Client } = await loadClient<ElasticsearchModule>("@elastic/elasticsearch");
  try {
    // Whoever archives tries again, and knows when.
    return new Client({ node: nodeUrl(url), requestTimeout: timeoutMs, maxRetries: 0 });
  } catch (error) {
    throw notItsUrl("Elasticsearch", error);
  }
}

/** With Elasticsearch's own port where there is none, which HTTP's would be otherwise. */
function nodeUrl(url: string): string {
  const node = new URL(url.replace(/^elasticsearch(es)?:/, (_, secure) => (secure ? "https:" : "http:")));
  if (new URL(url).port === "") node.port = "9200";
  return node.href;
}

function shown(url: string): string {
  const { protocol, host } = withoutSecrets(url, {
    schemes: ["elasticsearch", "elasticsearches"],
    form: "An Elasticsearch URL is elasticsearch://user:password@host:9200, or elasticsearches:// for HTTPS",
  });
  return `${protocol}//${host}`;
}
