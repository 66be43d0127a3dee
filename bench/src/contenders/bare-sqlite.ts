/** node:sqlite as a program without @attune would use it: the same pragmas, but automatic checkpoints and pages as SQLite has them. */
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

export interface BareOptions {
  /** For how many milliseconds SQLite waits for others, and everything else in the process with it. Default 0. */
  readonly timeout?: number;
  /** Bytes of a page of a new file. Default: SQLite's own, 4096. */
  readonly pageSize?: number;
}

export function openBareFile(path: string, { timeout = 0, pageSize }: BareOptions = {}): DatabaseSync {
  const db = new DatabaseSync(path, { timeout });
  if (pageSize !== undefined) db.exec(`PRAGMA page_size = ${pageSize}`);
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

export function openBareLog(path: string, options?: BareOptions): BareLog {
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
  { name, label, ...options }: { name: string; label: string } & BareOptions,
  events: number,
  work: (log: BareLog) => void,
): Contender {
  return {
    name,
    label,
    async open({ folder }) {
      const log = openBareLog(`${folder}/${name}.db`, options);
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
