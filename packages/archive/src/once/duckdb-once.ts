/** Effects in DuckDB, each once. */
import { setTimeout as pause } from "node:timers/promises";
import type { OnceKey, OnceOutcome, OnceStore } from "@attune/streams";
import { EffectQueue } from "./effect-queue.ts";
import { onceTable } from "./once-table.ts";

/** What is used of a `DuckDBConnection` of `@duckdb/node-api`. */
interface Connection {
  run(sql: string, values?: (string | bigint)[]): Promise<unknown>;
  runAndReadAll(sql: string, values?: string[]): Promise<{ getRows(): unknown[][] }>;
}

export interface DuckDbOnceOptions<DuckDBConnection> {
  /** A connection for effects alone: whatever else it writes meanwhile belongs to an effect's transaction. */
  readonly connection: DuckDBConnection;
  /** Default "processed_events". Made when it is not there. */
  readonly table?: string;
}

const makingAttempts = 50;

/** Effects of one connection run one after the other. */
const queues = new WeakMap<object, EffectQueue>();

/**
 * An effect gets the connection in a transaction of its own, and does not commit it. DuckDB's errors are passed on as they come.
 *
 * DuckDB lets one process open a file. Two connections of it that are at the same event do not wait for each other: one of them
 * is told at its end that the other was first, and everything that its effect wrote is taken back.
 */
export function duckdbOnce<DuckDBConnection extends Connection>({
  connection,
  table,
}: DuckDbOnceOptions<DuckDBConnection>): OnceStore<DuckDBConnection> {
  const marks = onceTable(table);
  const queue = queues.get(connection) ?? new EffectQueue();
  queues.set(connection, queue);
  return {
    once<T>(key: OnceKey, effect: (connection: DuckDBConnection) => T | Promise<T>): Promise<OnceOutcome<T>> {
      return queue.run(async () => {
        await makeTable(connection, marks);
        // Otherwise seen only at the end, when the effect has run for nothing.
        if (await isMarked(connection, marks, key)) return { done: false };
        await connection.run("BEGIN TRANSACTION");
        try {
          await connection.run(
            `INSERT INTO ${marks} VALUES ($1, $2, $3, make_timestamp(CAST($4 AS BIGINT)))`,
            [...valuesOf(key), BigInt(Date.now()) * 1000n],
          );
          const result = await effect(connection);
          await connection.run("COMMIT");
          return { done: true, result };
        } catch (error) {
          await connection.run("ROLLBACK").catch(() => {}); // it may have ended already
          if (isMeeting(error) && (await isMarked(connection, marks, key))) return { done: false };
          throw error;
        }
      });
    },
  };
}

/** `processed_at` is in UTC, of no zone: the other kind needs an extension. */
async function makeTable(connection: Connection, marks: string): Promise<void> {
  const create = `CREATE TABLE IF NOT EXISTS ${marks} (
    group_name VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    processed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (group_name, event_type, event_id)
  )`;
  // As often as another connection has just made it, and may not have ended its transaction yet.
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.run(create);
      return;
    } catch (error) {
      if (!isMeeting(error) || attempt === makingAttempts) throw error;
    }
    await pause(Math.random() * 10);
  }
}

async function isMarked(connection: Connection, marks: string, key: OnceKey): Promise<boolean> {
  const select = `SELECT 1 FROM ${marks} WHERE group_name = $1 AND event_type = $2 AND event_id = $3`;
  return (await connection.runAndReadAll(select, valuesOf(key))).getRows().length > 0;
}

function valuesOf({ group, eventType, eventId }: OnceKey): string[] {
  return [group, eventType, eventId];
}

/** Whether two transactions got into each other's way. */
function isMeeting(error: unknown): boolean {
  return /conflict|constraint/i.test((error as Error).message);
}
