/**
 * A lock that several processes share and that dies with its holder: an empty SQLite file, of which only the operating
 * system's lock is used. (A file with a pid in it would have to be taken from the dead, and two who find one dead at once are a
 * race; pids are also given out again.)
 */
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { nodeSqlite } from "../sqlite/node-sqlite.ts";
import { isBusy } from "../sqlite/sqlite-errors.ts";

export class FolderLock {
  readonly #path: string;
  readonly #timeoutMs: number;
  #database: DatabaseSync | undefined;

  constructor(path: string, timeoutMs: number) {
    this.#path = path;
    this.#timeoutMs = timeoutMs;
  }

  /** Does the work with the lock held. `undefined`: somebody else held it all the time. Not to be called while it runs. */
  async hold<T>(work: () => Promise<T>): Promise<{ readonly result: T } | undefined> {
    this.#database ??= this.#open();
    const database = this.#database;
    const endsAt = performance.now() + this.#timeoutMs;
    while (!lock(database)) {
      if (performance.now() > endsAt) return undefined;
      await pause(2 + Math.random() * 8);
    }
    try {
      return { result: await work() };
    } finally {
      database.exec("COMMIT");
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): DatabaseSync {
    const { DatabaseSync: Database } = nodeSqlite();
    return new Database(this.#path, { timeout: 0 });
  }
}

function lock(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
