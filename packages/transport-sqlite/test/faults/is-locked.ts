/** Whether somebody has SQLite's lock for writing in this file. */
import { DatabaseSync } from "node:sqlite";

export function isLocked(path: string): boolean {
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec("BEGIN IMMEDIATE");
    return false;
  } catch (error) {
    return /database is locked/.test(String(error));
  } finally {
    db.close();
  }
}
