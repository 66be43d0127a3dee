/**
 * Rows in order out of files that are only nearly so. Each file's span of time is looked up first; a file is then held in
 * memory, as far as it is asked for, from when it may hold the next row until no other may hold an earlier one: one or two
 * of them at a time where events were archived as they came.
 */
import { compareRows } from "../../query/compare-rows.ts";
import { rowMatcher } from "../../query/row-matches.ts";
import type { ArchiveQuery, ArchiveRow } from "../../sink.ts";
import { countingFiles, type EventFile, listFiles, readEvents } from "./event-files.ts";
import { readState } from "./folder-state.ts";

interface Span {
  readonly file: EventFile;
  readonly first: number;
  readonly last: number;
}

export async function* queryFiles(
  folder: string,
  query: ArchiveQuery,
): AsyncGenerator<ArchiveRow, void, undefined> {
  const state = await readState(folder);
  const matches = rowMatcher(query);
  const newestFirst = query.order === "newest first";
  const direction = newestFirst ? -1 : 1;
  /** The time at which a file begins to matter, growing in the direction of the query. */
  const entry = (span: Span) => (newestFirst ? -span.last : span.first);

  const spans: Span[] = [];
  for (const file of countingFiles(await listFiles(folder), state)) {
    const span = await spanOf(file);
    if (span) spans.push(span);
  }
  spans.sort((one, other) => entry(one) - entry(other));

  let left = query.limit ?? Number.POSITIVE_INFINITY;
  let waiting: ArchiveRow[] = [];
  for (const [index, { file }] of spans.entries()) {
    for await (const row of readEvents(folder, file, state)) if (matches(row)) waiting.push(row);
    waiting.sort((one, other) => direction * compareRows(one, other));
    const next = spans[index + 1];
    const until = next ? entry(next) : Number.POSITIVE_INFINITY;
    let given = 0;
    while (given < waiting.length && direction * waiting[given]!.timestamp.getTime() < until) {
      yield waiting[given++]!;
      if (--left <= 0) return;
    }
    waiting = waiting.slice(given);
  }

  async function spanOf(file: EventFile): Promise<Span | undefined> {
    let first = Number.POSITIVE_INFINITY;
    let last = Number.NEGATIVE_INFINITY;
    for await (const row of readEvents(folder, file, state)) {
      if (!matches(row)) continue;
      const at = row.timestamp.getTime();
      first = Math.min(first, at);
      last = Math.max(last, at);
    }
    return first > last ? undefined : { file, first, last };
  }
}
