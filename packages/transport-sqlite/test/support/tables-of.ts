/** What lies in the tables, beside every transport. */
import { DatabaseSync } from "node:sqlite";

/** Opens the file for one look. */
export function lookAt<T>(path: string, look: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    return look(db);
  } finally {
    db.close();
  }
}

/** The rows of every table, and the schema. */
export function tablesOf(path: string): Readonly<Record<string, readonly unknown[]>> {
  return lookAt(path, (db) => {
    const schema = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
    const rows = (table: unknown) => {
      const statement = db.prepare(`SELECT * FROM ${table}`);
      statement.setReadBigInts(true);
      return statement.all();
    };
    const tables = schema
      .filter(({ type }) => type === "table")
      .map(({ name }) => [String(name), rows(name)]);
    return { schema, version: [db.prepare("PRAGMA user_version").get()], ...Object.fromEntries(tables) };
  });
}

/** How many rows each of the tables has. */
export function rowCounts<Table extends string>(
  path: string,
  tables: readonly Table[],
): Readonly<Record<Table, number>> {
  return lookAt(path, (db) => {
    const count = (table: string) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
    return Object.fromEntries(tables.map((table) => [table, count(table)])) as Record<Table, number>;
  });
}
