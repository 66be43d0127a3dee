/** An open file: its prepared statements, its clock, and the space of one prefix in it. */
import type { DatabaseSync } from "node:sqlite";
import type { OpenFile } from "./database-file.ts";
import type { FileClock } from "./file-clock.ts";
import { Statement } from "./statement.ts";

export interface ConnectionParts {
  readonly db: DatabaseSync;
  readonly clock: FileClock;
  readonly space: number;
  readonly file: OpenFile;
}

export class Connection {
  readonly clock: FileClock;
  /** The number of this prefix. */
  readonly space: number;
  readonly file: OpenFile;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, Statement>();

  constructor({ db, clock, space, file }: ConnectionParts) {
    this.#db = db;
    this.clock = clock;
    this.space = space;
    this.file = file;
  }

  /** Prepares a statement the first time. */
  statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = new Statement(this.#db.prepare(sql));
    this.#statements.set(sql, prepared);
    return prepared;
  }

  /** Several statements that see the same state of the file. */
  snapshot<T>(look: () => T): T {
    this.statement("BEGIN").run();
    let found: T;
    try {
      found = look();
    } catch (error) {
      rollBack(this);
      throw error;
    }
    this.statement("COMMIT").run();
    return found;
  }

  /** Executes text that cannot be prepared for good, such as a pragma that works in steps. */
  execute(sql: string): void {
    this.#db.exec(sql);
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }
}

/** Ends a transaction that failed. */
export function rollBack(connection: Connection): void {
  try {
    connection.statement("ROLLBACK").run();
  } catch (error) {
    // SQLite itself has rolled back after some errors (full disk, failed write), and says that there is nothing to do.
    if (!/no transaction is active/.test(String(error))) throw error;
  }
}
