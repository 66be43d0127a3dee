/** The rows of a batch that a store is known to be unable to hold, before it is asked. */
import type { ArchiveRow, Refusal } from "../sink.ts";

/** `whyRefused`: what can be told from the row itself; else `undefined`. */
export function refusalsOf(
  rows: readonly ArchiveRow[],
  whyRefused: (row: ArchiveRow) => string | undefined,
): Refusal[] {
  return rows.flatMap((row, index) => {
    const reason = whyRefused(row);
    return reason === undefined ? [] : [{ index, reason }];
  });
}
