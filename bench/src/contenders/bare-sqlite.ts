/** node:sqlite as a program without @attune would use it, with the same pragmas; automatic checkpoints as SQLite has them. */
import { DatabaseSync } from "node:sqlite";
import type { Contender, Setup } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";
import { sampleData, source } from "./sample-event.ts";

/** The table in which @attune keeps entries; the row's id is SQLite's own. */
const entryTable = `
CREATE TABLE IF NOT EXISTS entry (
  id INTEGER PRIMARY KEY,
  ms INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  timestamp TEXT,
  data TEXT,
  source TEXT
) STRICT`;

/** The path in a URL of a file. */
export function pathOf({ url }: Pick<Setup, "url">): string {
  if (!url.startsWith("sqlite:")) throw new Error(`${url} is no file`);
  return url.slice("sqlite:".length);
}

/** `timeout`: for how many milliseconds SQLite waits for others, and everything else in the process with it. */
export function openBareFile(path: string, { timeout = 0 } = {}): DatabaseSync {
  const db = new DatabaseSync(path, { timeout });
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = NORMAL");
  return db;
}

export interface BareLog {
  /** The sample event, encoded anew, in a transaction of its own unless one is open. */
  insert(): void;
  /** Runs the work in a transaction. */
  inTransaction(work: () => void): void;
  close(): void;
}

export function openBareLog(path: string, options?: { timeout?: number }): BareLog {
  const db = openBareFile(path, options);
  db.exec(entryTable);
  const insert = db.prepare("INSERT INTO entry (ms, seq, timestamp, data, source) VALUES (?, ?, ?, ?, ?)");
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  let seq = 0;
  return {
    insert() {
      insert.run(Date.now(), seq++, new Date().toISOString(), JSON.stringify(sampleData), source);
    },
    inTransaction(work) {
      begin.run();
      work();
      commit.run();
    },
    close: () => db.close(),
  };
}

/** `work` inserts `events` events, into a file of its own. */
export function barePublisher(
  { name, label }: { name: string; label: string },
  events: number,
  work: (log: BareLog) => void,
): Contender {
  return {
    name,
    label,
    async open({ folder }) {
      const log = openBareLog(`${folder}/${name}.db`);
      return {
        async measure() {
          const startedAt = performance.now();
          work(log);
          return rate(events, startedAt);
        },
        close: async () => log.close(),
      };
    },
  };
}
