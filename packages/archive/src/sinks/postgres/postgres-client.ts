/** What is used of `pg`, so that the types of this package do not need pg's. A `pg.Pool` and a `pg.PoolClient` fit. */

export interface PostgresResult {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

export interface PostgresQuery {
  readonly text: string;
  readonly values?: unknown[];
}

export interface PostgresClient {
  query(query: PostgresQuery): Promise<PostgresResult>;
  /** With an error, or `true`: the connection is closed, and not used again. */
  release(error?: Error | boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

export interface PostgresPool {
  connect(): Promise<PostgresClient>;
}

/** A pool that this package made. */
export interface OwnPool extends PostgresPool {
  on(event: "error", listener: (error: Error) => void): unknown;
  end(): Promise<void>;
}

export interface PostgresModule {
  readonly default: { readonly Pool: new (config: object) => OwnPool };
}
