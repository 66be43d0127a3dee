/** One stream's run of entries: where it begins and ends, and the ordinal that an id has in it. */
import { beforeFirstId } from "@attune/transport";
import type { Connection } from "./connection.ts";
import { compareParts, type IdParts, toId } from "./entry-id.ts";
import { largestNumber, rowId, rowNumber } from "./run-of-rows.ts";
import type { Row } from "./statement.ts";

/** Where a stream stands. Retained are the ordinals above `base`, up to `last`. */
export interface StreamTail {
  readonly number: number;
  readonly base: number;
  /** The ordinal of the newest entry ever added. */
  readonly last: number;
  /** Its id; before the first one, that of the newest entry of streams that were deleted. */
  readonly lastId: IdParts;
}

const selectTail = `
SELECT stream.number, base, base_ms, base_seq, ${rowNumber("entry.id")} AS last, ms, seq
FROM stream LEFT JOIN entry ON entry.id = (
  SELECT max(id) FROM entry
  WHERE id > ${rowId("stream.number", "stream.base")} AND id <= ${rowId("stream.number", String(largestNumber))}
)
WHERE space = ? AND type = ?`;

const selectId = `SELECT ms, seq FROM entry WHERE id = ${rowId("?", "?")}`;

/** `undefined` where there is no such stream. */
export function tailOf(connection: Connection, eventType: string): StreamTail | undefined {
  const row: Row | undefined = connection.statement(selectTail).get(connection.space, eventType);
  if (!row) return undefined;
  const base = Number(row.base);
  return {
    number: Number(row.number),
    base,
    last: row.last === null ? base : Number(row.last),
    lastId:
      row.last === null
        ? { ms: Number(row.base_ms), seq: Number(row.base_seq) }
        : { ms: Number(row.ms), seq: Number(row.seq) },
  };
}

/** The id of the newest entry ever added. A tail's own is where the next one has to lie above, also before the first. */
export function lastIdOf({ last, lastId }: StreamTail): string {
  return last === 0 ? beforeFirstId : toId(lastId);
}

/** The id of a retained entry. */
export function idAt(connection: Connection, { number }: StreamTail, ordinal: number): IdParts | undefined {
  const row: Row | undefined = connection.statement(selectId).get(number, ordinal);
  return row && { ms: Number(row.ms), seq: Number(row.seq) };
}

/**
 * The ordinal of the newest retained entry whose id is at most `id`; `base` where there is none. `hint` is an ordinal that
 * probably has just this id.
 */
export function ordinalUpTo(connection: Connection, tail: StreamTail, id: IdParts, hint = 0): number {
  if (compareParts(tail.lastId, id) <= 0) return tail.last;
  if (hint > tail.base && hint < tail.last) {
    const there = idAt(connection, tail, hint);
    if (there && compareParts(there, id) === 0) return hint;
  }
  let low = tail.base;
  let high = tail.last - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (compareParts(idAt(connection, tail, middle)!, id) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}
