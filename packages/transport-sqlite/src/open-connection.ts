/** Opens the file: makes it, brings its schema up to date, and finds the prefix in it. */
import type { DatabaseSync } from "node:sqlite";
import { Connection } from "./connection.ts";
import { identify, isSameFile, noAccess, notOurs, openFile, prepareFile } from "./database-file.ts";
import { FileClock, type MachineTime } from "./file-clock.ts";
import { checkSchema, type Migrations, migrate, migrations } from "./migrate.ts";
import { nodeSqlite } from "./node-sqlite.ts";
import { isBusy, isDamaged } from "./sqlite-errors.ts";

/** How long the log may stay. */
export const logBytes = 32 * 1024 * 1024;

export type Synchronous = "normal" | "full";

export interface OpeningOptions {
  /** Absolute. */
  readonly path: string;
  readonly prefix: string;
  readonly synchronous: Synchronous;
  readonly machineTime: MachineTime;
  readonly migrations?: Migrations | undefined;
}

/**
 * One attempt. `undefined`: somebody else is just at it, try again. Throws an `AttuneError` for what an attempt more does not
 * mend, anything else for what it may.
 */
export function tryToOpen(options: OpeningOptions): Connection | undefined {
  const { path } = options;
  prepareFile(path);
  const identity = identify(path);
  if (!identity) return undefined;
  const { DatabaseSync: Database } = nodeSqlite();
  let db: DatabaseSync | undefined;
  let connection: Connection;
  try {
    db = new Database(path, { timeout: 0 });
    const prepared = setUp(db, options);
    connection = new Connection({ db, ...prepared, file: openFile(path, identity) });
  } catch (error) {
    db?.close();
    if (isBusy(error)) return undefined;
    if (isDamaged(error))
      throw notOurs(path, `is no database, or is damaged (${(error as Error).message})`, error);
    // His rights were looked at before: what else keeps SQLite from it (a full disk, no more open files) may pass.
    throw error;
  }
  if (isSameFile(identity, identify(path))) return connection;
  // Removed or replaced while it was opened.
  connection.close();
  return undefined;
}

interface SetUp {
  readonly clock: FileClock;
  readonly space: number;
}

function setUp(
  db: DatabaseSync,
  { path, prefix, synchronous, machineTime, migrations: steps = migrations }: OpeningOptions,
): SetUp {
  // Before anything is changed: what is not ours stays as it is.
  db.exec("BEGIN");
  const version = checkSchema(db, path, steps);
  db.exec("COMMIT");
  // Only works on an empty file, and before anything else. Small pages: an event is a fraction of one, and each write to it writes all of
  // it to the log. And pages that become free can be given back.
  if (version === 0) db.exec("PRAGMA page_size = 2048; PRAGMA auto_vacuum = INCREMENTAL");
  const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
  if (mode !== "wal") {
    throw noAccess(path, `its file system does not support SQLite's write-ahead log (it stays with ${mode})`);
  }
  db.exec(`PRAGMA synchronous = ${synchronous}`);
  // Writing the log back takes the disk's time: see `LogKeeper`.
  db.exec("PRAGMA wal_autocheckpoint = 0");
  // So much of the log stays when it begins anew: writing over it is cheaper than making it longer. See `LogKeeper`.
  db.exec(`PRAGMA journal_size_limit = ${logBytes}`);
  // Who finds everything in place does not wait for those who write.
  const known = version === steps.length && lookUp(db, prefix, machineTime);
  if (known) return known;
  db.exec("BEGIN IMMEDIATE");
  migrate(db, path, steps);
  db.prepare("INSERT INTO space (prefix) VALUES (?) ON CONFLICT DO NOTHING").run(prefix);
  if (!FileClock.in(db, machineTime)) FileClock.set(db, machineTime);
  const made = lookUp(db, prefix, machineTime)!;
  db.exec("COMMIT");
  return made;
}

function lookUp(db: DatabaseSync, prefix: string, machineTime: MachineTime): SetUp | undefined {
  const clock = FileClock.in(db, machineTime);
  const space = db.prepare("SELECT number FROM space WHERE prefix = ?").get(prefix)?.number;
  return clock && space !== undefined ? { clock, space: Number(space) } : undefined;
}
