/** Effects in a SQLite file, each once. */
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import type { OnceKey, OnceOutcome, OnceStore } from "@attune/streams";
import { checkDuration } from "@attune/transport";
import { EffectQueue } from "./effect-queue.ts";
import { onceTable } from "./once-table.ts";

export interface SqliteOnceOptions {
  /** Of `node:sqlite`; a connection for effects alone: whatever else it writes meanwhile belongs to an effect's transaction. */
  readonly database: DatabaseSync;
  /** Default "processed_events". Made when it is not there. */
  readonly table?: string;
  /** How long other writers of the file are waited for, in milliseconds. Default 30,000, from 0 to 3,600,000. */
  readonly busyTimeoutMs?: number;
}

/** SQLite's SQLITE_BUSY. */
const busy = 5;

/** Effects of one connection run one after the other. */
const queues = new WeakMap<DatabaseSync, EffectQueue>();

/** An effect gets the database in a transaction of its own, and does not commit it. SQLite's errors are passed on as they come. */
export function sqliteOnce({ database, table, ...options }: SqliteOnceOptions): OnceStore<DatabaseSync> {
  const marks = onceTable(table);
  const busyTimeoutMs = checkDuration("busyTimeoutMs", options.busyTimeoutMs ?? 30_000, 0, 3_600_000);
  const queue = queues.get(database) ?? new EffectQueue();
  queues.set(database, queue);
  return {
    once<T>(key: OnceKey, effect: (database: DatabaseSync) => T | Promise<T>): Promise<OnceOutcome<T>> {
      return queue.run(async () => {
        // As the only writer of the file from here on.
        await whenFree(() => database.exec("BEGIN IMMEDIATE"), busyTimeoutMs);
        try {
          const outcome = await markAndRun(database, marks, key, effect);
          // Without a write-ahead log, readers are waited for too.
          await whenFree(() => database.exec("COMMIT"), busyTimeoutMs);
          return outcome;
        } catch (error) {
          rollBack(database);
          throw error;
        }
      });
    },
  };
}

async function markAndRun<T>(
  database: DatabaseSync,
  marks: string,
  { group, eventType, eventId }: OnceKey,
  effect: (database: DatabaseSync) => T | Promise<T>,
): Promise<OnceOutcome<T>> {
  database.exec(`CREATE TABLE IF NOT EXISTS ${marks} (
    group_name TEXT NOT NULL,
    event_type TEXT NOT NULL,
    event_id TEXT NOT NULL,
    processed_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    PRIMARY KEY (group_name, event_type, event_id)
  ) WITHOUT ROWID`);
  const mark = database.prepare(
    `INSERT INTO ${marks} (group_name, event_type, event_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  if (mark.run(group, eventType, eventId).changes === 0) return { done: false };
  return { done: true, result: await effect(database) };
}

/** Waits for other processes without blocking this one, unlike SQLite's own waiting. */
async function whenFree(step: () => void, busyTimeoutMs: number): Promise<void> {
  const endsAt = performance.now() + busyTimeoutMs;
  for (;;) {
    try {
      return step();
    } catch (error) {
      const code = (error as { errcode?: number }).errcode ?? 0;
      if ((code & 0xff) !== busy || performance.now() > endsAt) throw error;
    }
    await pause(1 + Math.random() * 10);
  }
}

/** What failed may have ended the transaction already. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec("ROLLBACK");
  } catch {
    // There is nothing to take back; the effect's own error is the one to tell.
  }
}
