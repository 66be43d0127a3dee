/** Inserts rows, several at a time: that a statement is run costs about as much as a row in it. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ArchiveRow, Refusal } from "../../sink.ts";
import { isTooBig } from "./sqlite-errors.ts";
import { insertRows, type TableNames, toValues } from "./tables.ts";

/** More of them gain nothing, and are slower to bind. */
const rowsAtATime = 20;

export class RowInserter {
  readonly #one: StatementSync;
  readonly #several: StatementSync;

  constructor(db: DatabaseSync, names: TableNames) {
    this.#one = db.prepare(insertRows(names, 1));
    this.#several = db.prepare(insertRows(names, rowsAtATime));
  }

  /** Within a transaction of the caller's. Answers the first row that is too big for SQLite: then nothing may be kept. */
  insert(rows: readonly ArchiveRow[], archivedAt: string): Refusal | undefined {
    const inSeveral = rows.length - (rows.length % rowsAtATime);
    for (let from = 0; from < inSeveral; from += rowsAtATime) {
      const several = rows.slice(from, from + rowsAtATime);
      try {
        this.#several.run(...several.flatMap((row) => toValues(row, archivedAt)));
      } catch (error) {
        if (!isTooBig(error)) throw error;
        const refusal = this.#insertEach(several, from, archivedAt);
        if (refusal) return refusal;
      }
    }
    return this.#insertEach(rows.slice(inSeveral), inSeveral, archivedAt);
  }

  #insertEach(rows: readonly ArchiveRow[], from: number, archivedAt: string): Refusal | undefined {
    for (const [index, row] of rows.entries()) {
      try {
        this.#one.run(...toValues(row, archivedAt));
      } catch (error) {
        if (!isTooBig(error)) throw error;
        return { index: from + index, reason: (error as Error).message };
      }
    }
    return undefined;
  }
}
