/** Whether the file holds a store, a sound one, and takes writes: what is tried is rolled back. */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { AttuneError, type DiagnoseOptions, type Finding, LastFinding, sleep } from "@attune/transport";
import { notOurs } from "../database-file.ts";
import { checkSchema, migrations } from "../migrate.ts";
import { nodeSqlite } from "../node-sqlite.ts";
import { isBusy, isDamaged, toStoreFailure } from "../sqlite-errors.ts";
import { refusal } from "./refusal.ts";

/** The look at all pages holds up this process: of more than this it would for long. */
const checkedBytes = 64 * 1024 * 1024;
const retryMs = 10;
/** A writer that needs longer is noticed by all others. */
const longMs = 500;
/** More than SQLite keeps in memory with the smallest cache, so that it goes to the disk. */
const trialBytes = 64 * 1024;

export async function* lookAtContent(path: string, options: DiagnoseOptions): AsyncGenerator<Finding> {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  // SQLite would make it.
  if (bytes === undefined) return;
  const { DatabaseSync: Database } = nodeSqlite();
  const db = new Database(path, { timeout: 0 });
  try {
    yield await schema(db, path, options);
    if (bytes > 0) yield content(db, path, bytes);
    yield* writing(db, path, options);
  } catch (error) {
    if (error instanceof AttuneError) throw refusal("content", error);
    if (isDamaged(error))
      throw refusal("content", notOurs(path, `is no database, or is damaged (${(error as Error).message})`));
    throw error;
  } finally {
    db.close();
  }
}

async function schema(db: DatabaseSync, path: string, options: DiagnoseOptions): Promise<Finding> {
  await untilFree(db, path, options, () => db.exec("BEGIN; SELECT count(*) FROM sqlite_schema"));
  const version = checkSchema(db, path);
  db.exec("COMMIT");
  const newest = migrations.length;
  const found = version === 0 ? "none yet: the first use makes it" : String(version);
  const older = version > 0 && version < newest;
  return {
    check: "schema",
    outcome: "ok",
    found: older ? `${found}: the next use brings it up to date (${newest})` : found,
  };
}

function content(db: DatabaseSync, path: string, bytes: number): Finding {
  const check = "content";
  if (bytes > checkedBytes) {
    return {
      check,
      outcome: "unknown",
      found: `not looked at: all ${Math.round(bytes / 1024 / 1024)} MiB would take long`,
      remedy: `When there is time: sqlite3 ${path} "PRAGMA quick_check"`,
    };
  }
  const answer = String(db.prepare("PRAGMA quick_check(1)").get()?.quick_check);
  if (answer === "ok") return { check, outcome: "ok", found: "sound" };
  throw new LastFinding({
    check,
    outcome: "problem",
    found: `damaged: ${answer.split("\n").slice(0, 2).join(" ")}`,
    remedy: `End all processes that use ${path}, then put a backup in its place, or save what can be read: sqlite3 ${path} .recover`,
  });
}

async function* writing(db: DatabaseSync, path: string, options: DiagnoseOptions): AsyncGenerator<Finding> {
  db.exec("PRAGMA cache_size = 1");
  const waitedMs = await untilFree(db, path, options, () => db.exec("BEGIN IMMEDIATE"));
  yield lockFinding(path, waitedMs);
  const check = "writing";
  try {
    db.exec("CREATE TABLE attune_diagnose (trial BLOB)");
    db.exec(`INSERT INTO attune_diagnose VALUES (zeroblob(${trialBytes}))`);
    yield { check, outcome: "ok", found: "works" };
  } catch (error) {
    if (isDamaged(error)) throw error;
    const failure = toStoreFailure(error, `sqlite:${path}`);
    throw new LastFinding({
      check,
      outcome: "problem",
      found: failure instanceof Error ? failure.message : String(failure),
      remedy: `Make room on its disk (df -h ${path}), or mend what the message names.`,
    });
  } finally {
    rollBack(db);
  }
}

export function lockFinding(path: string, waitedMs: number): Finding {
  const check = "lock";
  if (waitedMs < longMs) return { check, outcome: "ok", found: "free" };
  return {
    check,
    outcome: "warning",
    found: `another process held it for ${Math.round(waitedMs)} ms`,
    remedy: `See which process writes for so long: fuser -v ${path}`,
  };
}

/** Answers how many milliseconds others have held the lock. */
async function untilFree(
  db: DatabaseSync,
  path: string,
  { clock, operationTimeoutMs }: DiagnoseOptions,
  attempt: () => void,
): Promise<number> {
  const begun = clock.monotonic();
  for (;;) {
    try {
      attempt();
      return clock.monotonic() - begun;
    } catch (error) {
      rollBack(db);
      if (!isBusy(error)) throw error;
    }
    const waitedMs = clock.monotonic() - begun;
    if (waitedMs >= operationTimeoutMs) {
      throw new LastFinding({
        check: "lock",
        outcome: "problem",
        found: `another process has held it for more than ${Math.round(waitedMs)} ms`,
        remedy: `fuser -v ${path} names the processes that have it open: end the one that hangs or was stopped, its lock goes with it.`,
      });
    }
    await sleep(clock, Math.min(retryMs, operationTimeoutMs - waitedMs));
  }
}

function rollBack(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch (error) {
    // It had not begun, or SQLite itself has rolled back (full disk, failed write).
    if (!/no transaction is active/.test(String(error))) throw error;
  }
}
