/**
 * As much of Elasticsearch as the sink uses, behind the mock of its client (@elastic/elasticsearch-mock): indices, documents
 * with their sequence numbers, bulk, search. It is no Elasticsearch: it shows that the sink asks what it should, and what it makes
 * of the answers.
 */
import { createRequire } from "node:module";
import type { Client } from "@elastic/elasticsearch";
import type ClientMock from "@elastic/elasticsearch-mock";

// Required, as the mock itself does: with `import` there would be two copies of the client, and errors of one are none of the other.
const require = createRequire(import.meta.url);
const elasticsearch = require("@elastic/elasticsearch") as typeof import("@elastic/elasticsearch");
const Mock = require("@elastic/elasticsearch-mock") as typeof ClientMock.default;
const { errors } = elasticsearch;

interface Document {
  readonly source: Record<string, unknown>;
  readonly seqNo: number;
}

interface Params {
  readonly path: string;
  readonly querystring: Record<string, string>;
  readonly body: unknown;
}

type Indices = Map<string, Map<string, Document>>;

export class MockElasticsearch {
  readonly indices: Indices = new Map();
  /** Nothing is answered. */
  isAway = false;
  /** What a document is answered with in place of being stored; `undefined`: it is stored. */
  reject: (source: Record<string, unknown>) => { status: number; type: string; reason: string } | undefined =
    () => undefined;
  /** How many bulks are to be carried out without an answer. */
  lostAnswers = 0;
  #seqNo = 0;

  client(): Client {
    const mock = new Mock();
    // The mock's types allow a resolver to return less than it does: a ResponseError is answered with its status.
    const on = (method: string, path: string, answer: (params: Params) => unknown) =>
      mock.add({ method, path }, ((params: Params) => {
        if (this.isAway) return new errors.ConnectionError("connect ECONNREFUSED 127.0.0.1:9200");
        return answer(params);
      }) as never);
    on("HEAD", "/:index", ({ path }) => (this.indices.has(partsOf(path)[0]!) ? {} : failure(404, "none")));
    on("PUT", "/:index", ({ path }) => this.#makeIndex(partsOf(path)[0]!));
    on("GET", "/:index/_refresh", () => ({}));
    on("POST", "/:index/_refresh", () => ({}));
    on("GET", "/:index/_doc/:id", ({ path }) => this.#get(path));
    on("PUT", "/:index/_doc/:id", (params) => this.#put(params, false));
    on("PUT", "/:index/_create/:id", (params) => this.#put(params, true));
    on("POST", "/_bulk", ({ body }) => this.#bulk(body as Record<string, unknown>[]));
    on("PUT", "/_bulk", ({ body }) => this.#bulk(body as Record<string, unknown>[]));
    on("POST", "/:index/_search", ({ path, body }) => this.#search(partsOf(path)[0]!, body as SearchBody));
    return new elasticsearch.Client({
      node: "http://127.0.0.1:9200",
      maxRetries: 0,
      Connection: mock.getConnection() as never,
    });
  }

  count(index: string): number {
    return this.indices.get(index)?.size ?? 0;
  }

  #makeIndex(name: string): unknown {
    if (this.indices.has(name)) return failure(400, "resource_already_exists_exception");
    this.indices.set(name, new Map());
    return { acknowledged: true };
  }

  #get(path: string): unknown {
    const [index, , id] = partsOf(path) as [string, string, string];
    if (!this.indices.has(index)) return failure(404, "index_not_found_exception");
    const found = this.indices.get(index)!.get(id);
    if (!found) return new errors.ResponseError(answer(404, { _index: index, _id: id, found: false }));
    return {
      _index: index,
      _id: id,
      found: true,
      _seq_no: found.seqNo,
      _primary_term: 1,
      _source: found.source,
    };
  }

  #put({ path, querystring, body }: Params, onlyNew: boolean): unknown {
    const [index, , id] = partsOf(path) as [string, string, string];
    const documents = this.indices.get(index)!;
    const stored = documents.get(id);
    const wanted = querystring.if_seq_no;
    const isFree = onlyNew || querystring.op_type === "create" ? !stored : true;
    if (!isFree || (wanted !== undefined && Number(wanted) !== stored?.seqNo)) {
      return failure(409, "version_conflict_engine_exception");
    }
    documents.set(id, { source: body as Record<string, unknown>, seqNo: this.#seqNo++ });
    return { result: stored ? "updated" : "created" };
  }

  #bulk(lines: Record<string, unknown>[]): unknown {
    const items: unknown[] = [];
    for (let index = 0; index < lines.length; index += 2) {
      const { _index, _id } = (lines[index] as { create: { _index: string; _id: string } }).create;
      const source = lines[index + 1]!;
      const documents = this.indices.get(_index)!;
      const rejected = this.reject(source);
      if (rejected) {
        items.push({
          create: { status: rejected.status, error: { type: rejected.type, reason: rejected.reason } },
        });
      } else if (documents.has(_id)) {
        items.push({ create: { status: 409, error: { type: "version_conflict_engine_exception" } } });
      } else {
        documents.set(_id, { source, seqNo: this.#seqNo++ });
        items.push({ create: { status: 201 } });
      }
    }
    if (this.lostAnswers > 0) {
      this.lostAnswers -= 1;
      return new errors.ConnectionError("socket hang up");
    }
    return { errors: items.some((item) => "error" in (item as { create: object }).create), items };
  }

  #search(index: string, { size, query, sort, search_after }: SearchBody): unknown {
    const fields = sort.map((by) => Object.entries(by)[0]! as [string, "asc" | "desc"]);
    const sortOf = (source: Record<string, unknown>) =>
      fields.map(([field]) =>
        field === "timestamp" ? Date.parse(String(source[field])) : String(source[field]),
      );
    const compare = (one: unknown[], other: unknown[]) => {
      for (const [position, [, direction]] of fields.entries()) {
        const order = compareValues(one[position], other[position]);
        if (order !== 0) return direction === "asc" ? order : -order;
      }
      return 0;
    };
    const hits = [...(this.indices.get(index)?.values() ?? [])]
      .filter(({ source }) => query.bool.filter.every((filter) => passes(filter, source)))
      .map(({ source }) => ({ _source: source, sort: sortOf(source) }))
      .sort((one, other) => compare(one.sort, other.sort))
      .filter(({ sort: values }) => !search_after || compare(values, search_after) > 0);
    return { hits: { hits: hits.slice(0, size) } };
  }
}

interface SearchBody {
  readonly size: number;
  readonly query: { readonly bool: { readonly filter: Filter[] } };
  readonly sort: Record<string, string>[];
  readonly search_after?: unknown[];
}

interface Filter {
  readonly terms?: { readonly event_type: string[] };
  readonly range?: { readonly timestamp: { readonly gte?: string; readonly lt?: string } };
}

function passes({ terms, range }: Filter, source: Record<string, unknown>): boolean {
  if (terms) return terms.event_type.includes(String(source.event_type));
  const at = Date.parse(String(source.timestamp));
  const { gte, lt } = range!.timestamp;
  return (gte === undefined || at >= Date.parse(gte)) && (lt === undefined || at < Date.parse(lt));
}

/** Keywords are ordered by their bytes. */
function compareValues(one: unknown, other: unknown): number {
  if (typeof one === "number") return one - (other as number);
  return Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)));
}

function partsOf(path: string): string[] {
  return path.split("/").slice(1);
}

function failure(status: number, type: string): Error {
  return new errors.ResponseError(answer(status, { error: { type, reason: type }, status }));
}

function answer(statusCode: number, body: unknown) {
  return { statusCode, body, headers: {}, warnings: null, meta: {} } as never;
}
