/** The connections of a PostgreSQL sink: one for writing, one for reading; lost ones are replaced, slow ones given up. */
import type { Logger } from "@attune/transport";
import { loadClient } from "../../load-client.ts";
import { LazyClient } from "../lazy-client.ts";
import type {
  OwnPool,
  PostgresClient,
  PostgresModule,
  PostgresPool,
  PostgresResult,
} from "./postgres-client.ts";
import { toSinkError } from "./postgres-errors.ts";
import { within } from "./within.ts";

export interface ConnectionsOptions {
  /** Of a pool of our own. */
  readonly url?: string | undefined;
  /** Of the user's: never closed. */
  readonly pool?: PostgresPool | undefined;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** Runs one statement. */
export type Run = (text: string, values?: unknown[]) => Promise<PostgresResult>;

export interface Borrowed {
  readonly run: Run;
  release(state: "good" | "in doubt"): void;
}

/** The server gives up a little before we do: then it is known that nothing was written. */
const earlierMs = 50;

/** A lost connection is said twice: by the statement that fails, and as an event, which would end the process if nobody listened. */
const ignore = () => {};

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #pool: LazyClient<PostgresPool, OwnPool>;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#pool = new LazyClient<PostgresPool, OwnPool>({
      given: options.pool,
      make: () => this.#makePool(),
      close: (own) => own.end(),
    });
  }

  /** Rejects with a sink's error. What failed leaves its connection in doubt: it is not used again. */
  async use<T>(what: string, work: (run: Run) => Promise<T>): Promise<T> {
    const { run, release } = await this.borrow(what);
    try {
      const result = await work(run);
      release("good");
      return result;
    } catch (error) {
      release("in doubt");
      throw toSinkError(what, error);
    }
  }

  /** To be given back in every case. */
  async borrow(what: string): Promise<Borrowed> {
    try {
      const client = await this.#connect();
      client.on("error", ignore);
      return {
        run: this.#runner(client),
        release(state) {
          client.release(state === "in doubt");
          // Of a connection that is closed, errors may still come.
          if (state === "good") client.off("error", ignore);
        },
      };
    } catch (error) {
      throw toSinkError(what, error);
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #connect(): Promise<PostgresClient> {
    const { timeoutMs } = this.#options;
    const pool = await this.#pool.get();
    return within(timeoutMs, "no connection to PostgreSQL", pool.connect(), (late) => late.release());
  }

  #runner(client: PostgresClient): Run {
    const { timeoutMs } = this.#options;
    return (text, values = []) => {
      const answer = client.query({ text, values });
      return within(timeoutMs, "no answer from PostgreSQL", answer, () => {});
    };
  }

  async #makePool(): Promise<OwnPool> {
    const { url, timeoutMs, logger } = this.#options;
    const { Pool } = (await loadClient<PostgresModule>("pg")).default;
    const pool = new Pool({
      connectionString: url,
      max: 2,
      connectionTimeoutMillis: timeoutMs,
      statement_timeout: Math.max(timeoutMs - earlierMs, 1),
      keepAlive: true,
      application_name: "attune-archive",
      allowExitOnIdle: true,
    });
    // Of a connection that nobody uses; the next use makes a new one.
    pool.on("error", (error) => logger.debug(`A connection to PostgreSQL was lost: ${error.message}`));
    return pool;
  }
}
