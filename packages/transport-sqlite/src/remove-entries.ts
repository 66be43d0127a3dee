/** Removing the oldest entries of a stream: out of sight at once, out of the file in small pieces. */
import { rowId } from "./run-of-rows.ts";
import { idAt, type StreamTail } from "./stream-log.ts";
import type { Transaction } from "./write-queue.ts";

/** So many are removed at once (about half a millisecond); more is left to the sweeping. */
export const removedAtOnce = 500;

/** Removes the retained entries up to and with the ordinal `upTo`. */
export function removeEntries({ connection }: Transaction, tail: StreamTail, upTo: number): void {
  const { number, base } = tail;
  const { ms, seq } = upTo === tail.last ? tail.lastId : idAt(connection, tail, upTo)!;
  connection
    .statement("UPDATE stream SET base = ?, base_ms = ?, base_seq = ? WHERE number = ?")
    .run(upTo, ms, seq, number);
  const sql =
    upTo - base <= removedAtOnce
      ? `DELETE FROM entry WHERE id >= ${rowId("?", "?")} AND id <= ${rowId("?", "?")}`
      : `INSERT INTO removed_entry (first, last) VALUES (${rowId("?", "?")}, ${rowId("?", "?")})`;
  connection.statement(sql).run(number, base + 1, number, upTo);
}
