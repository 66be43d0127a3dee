/** The schema of a file, by versions: a newer package brings an older file up to date, under the lock for writing. */
import type { DatabaseSync } from "node:sqlite";
import { fileError, notOurs } from "./database-file.ts";
import { sources } from "./migrations.generated.ts";

/** "ATTN": in the header of every file of ours. https://www.sqlite.org/fileformat2.html#application_id */
const applicationId = 0x4154544e;

/** The steps from one version to the next: the first makes version 1 of an empty file. */
export type Migrations = readonly string[];

/** In the order of their names, which begin with their numbers. */
export const migrations: Migrations = Object.entries(sources)
  .sort(([one], [other]) => (one < other ? -1 : 1))
  .map(([, sql]) => sql);

/**
 * The version of the file's schema; 0 for an empty file. Throws when it is none that these migrations know of. To be called within
 * a transaction, since another process may be making it.
 */
export function checkSchema(db: DatabaseSync, path: string, steps: Migrations = migrations): number {
  const id = pragma(db, "application_id");
  const version = pragma(db, "user_version");
  if (id !== applicationId) {
    const tables = Number(db.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.tables);
    if (id === 0 && version === 0 && tables === 0) return 0;
    throw notOurs(path, "is a database of another program");
  }
  if (version > steps.length) {
    throw fileError(
      "ATTUNE_FILE_NEWER",
      path,
      `The file ${path} was written by a newer @attune/transport-sqlite (schema ${version}, this one knows ${steps.length}). Update the package, or name another file with sqlite:PATH.`,
    );
  }
  return version;
}

/** To be called while writing. */
export function migrate(db: DatabaseSync, path: string, steps: Migrations = migrations): void {
  const version = checkSchema(db, path, steps);
  if (version === steps.length) return;
  for (const step of steps.slice(version)) db.exec(step);
  db.exec(`PRAGMA application_id = ${applicationId}`);
  db.exec(`PRAGMA user_version = ${steps.length}`);
}

function pragma(db: DatabaseSync, name: "application_id" | "user_version"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
