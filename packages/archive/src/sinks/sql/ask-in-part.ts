/**
 * Asks a store for what it can tell alone (types, times, sources), and looks at the conditions on the data here: no two stores, nor
 * versions of one, agree on what is JSON and what is in it, and some end the query where they find none.
 */
import { conditionMatcher } from "../../query/row-matches.ts";
import type { ArchiveQuery, ArchiveRow, Condition } from "../../sink.ts";

/** `ask` gets a query without conditions on the data. Leaving the iteration, also at the limit, ends that of its rows. */
export async function* askInPart(
  query: ArchiveQuery,
  ask: (query: ArchiveQuery) => AsyncIterable<ArchiveRow>,
): AsyncGenerator<ArchiveRow, void, undefined> {
  const matches = conditionMatcher(query); // before anything is asked: it refuses what cannot be asked for
  const { where = [], limit, ...rest } = query;
  const asked = where.filter(canBeAsked);
  if (asked.length === where.length) {
    yield* ask(query);
    return;
  }
  let found = 0;
  for await (const row of ask({ ...rest, where: asked })) {
    if (!matches(row)) continue;
    yield row;
    found += 1;
    if (found === limit) return;
  }
}

/** Not with NUL, which some stores do not take as a parameter. */
function canBeAsked({ field, value }: Condition): boolean {
  const isOfSource = field === "source" || (field.length === 1 && field[0] === "source");
  return isOfSource && ![value].flat().some((one) => typeof one === "string" && one.includes("\0"));
}
