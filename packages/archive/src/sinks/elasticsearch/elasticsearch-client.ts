/** What is used of `@elastic/elasticsearch`, so that the types of this package do not need that package's. Its client fits. */

export interface ElasticsearchClient {
  readonly indices: {
    exists(request: { index: string }): Promise<boolean>;
    create(request: { index: string; mappings: object }): Promise<unknown>;
    refresh(request: { index: string }): Promise<unknown>;
  };
  get(request: { index: string; id: string }): Promise<object>;
  index(request: {
    index: string;
    id: string;
    document: object;
    op_type?: "create";
    if_seq_no?: number;
    if_primary_term?: number;
  }): Promise<unknown>;
  bulk(request: { operations: object[] }): Promise<object>;
  search(request: SearchRequest): Promise<object>;
  close(): Promise<void>;
}

export interface SearchRequest {
  index: string;
  size: number;
  query: object;
  sort: { [field: string]: "asc" | "desc" }[];
  search_after?: (string | number)[];
  _source: string[];
}

export interface ElasticsearchModule {
  readonly Client: new (options: object) => ElasticsearchClient;
}

export interface StoredPosition {
  readonly _source: { readonly version: number; readonly cursor: string };
  readonly _seq_no: number;
  readonly _primary_term: number;
}

export interface BulkAnswer {
  readonly errors: boolean;
  readonly items: readonly { readonly create: BulkItem }[];
}

export interface BulkItem {
  readonly status: number;
  readonly error?: {
    readonly type?: string;
    readonly reason?: string;
    readonly caused_by?: { readonly reason?: string };
  };
}

export interface SearchAnswer {
  readonly hits: {
    readonly hits: readonly { readonly _source: StoredRow; readonly sort: (string | number)[] }[];
  };
}

export interface StoredRow {
  readonly event_type: string;
  readonly event_id: string;
  readonly timestamp: string;
  readonly source: string;
  readonly data: string;
}
