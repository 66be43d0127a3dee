/** Effects in PostgreSQL, each once. */
import type { OnceKey, OnceOutcome, OnceStore } from "@attune/streams";
import type { PostgresResult } from "../sinks/postgres/postgres-client.ts";
import { onceTable } from "./once-table.ts";

/** What is used of a `pg.PoolClient`. */
interface Client {
  query(query: { text: string; values?: unknown[] }): Promise<PostgresResult & { readonly command?: string }>;
  release(error?: Error | boolean): void;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "error", listener: (error: Error) => void): unknown;
}

interface Pool {
  connect(): Promise<Client>;
}

/** Of a `pg.Pool` its `pg.PoolClient`. Its `connect` has two forms; inference alone would look at the one with a callback. */
export type PostgresClientOf<P> = P extends {
  connect: { (): Promise<infer C>; (callback: never): unknown };
}
  ? C
  : never;

export interface PostgresOnceOptions<P> {
  /** A `pg.Pool`; one connection of it is used for each effect that runs. Never closed. */
  readonly pool: P;
  /** Default "processed_events". Made when it is not there. */
  readonly table?: string;
}

/**
 * An effect gets a `pg.PoolClient` in a transaction of its own, and neither commits nor releases it. Another effect for the same
 * event waits until this one has ended. Errors of PostgreSQL are passed on as they come.
 */
export function postgresOnce<P extends Pool>({
  pool,
  table,
}: PostgresOnceOptions<P>): OnceStore<PostgresClientOf<P>> {
  const marks = onceTable(table);
  let made: Promise<void> | undefined;
  const makeOnce = () => {
    made ??= inTransaction(pool, (client) => makeTable(client, marks));
    made.catch(() => {
      made = undefined; // to be tried again
    });
    return made;
  };
  return {
    async once<T>(
      key: OnceKey,
      effect: (client: PostgresClientOf<P>) => T | Promise<T>,
    ): Promise<OnceOutcome<T>> {
      await makeOnce();
      return inTransaction(pool, async (client) => {
        // Waits for whoever is at the same event, in any process.
        const marked = await client.query({
          text: `INSERT INTO ${marks} (group_name, event_type, event_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
          values: [key.group, key.eventType, key.eventId],
        });
        if (marked.rowCount === 0) return { done: false };
        return { done: true, result: await effect(client as PostgresClientOf<P>) };
      });
    },
  };
}

async function makeTable(client: Client, marks: string): Promise<void> {
  // IF NOT EXISTS alone fails when two do it at once, and where there is no right to make tables. "attune" in ASCII.
  await client.query({ text: "SELECT pg_advisory_xact_lock(107083870760549)" });
  const { rows } = await client.query({ text: "SELECT to_regclass($1) AS found", values: [marks] });
  if ((rows[0] as { found: string | null }).found !== null) return;
  await client.query({
    text: `CREATE TABLE ${marks} (
      group_name text NOT NULL,
      event_type text NOT NULL,
      event_id text NOT NULL,
      processed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (group_name, event_type, event_id)
    )`,
  });
}

async function inTransaction<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  client.on("error", ignore);
  try {
    await client.query({ text: "BEGIN" });
    const result = await work(client);
    const { command } = await client.query({ text: "COMMIT" });
    // That is how PostgreSQL answers COMMIT after a statement that failed, even when the effect has caught its error.
    if (command === "ROLLBACK") {
      throw new Error(
        "A statement of the effect failed, and its error was caught: nothing of it was stored.",
      );
    }
    client.release();
    client.off("error", ignore);
    return result;
  } catch (error) {
    const isOver = await client.query({ text: "ROLLBACK" }).then(
      () => true,
      () => false,
    );
    client.release(!isOver); // closed: the server ends what is left of the transaction
    if (isOver) client.off("error", ignore);
    throw error;
  }
}

/** A lost connection is said by the statement that fails as well. */
function ignore(): void {}
