/** What a query means, in JavaScript: for stores that have no language of their own, and what those that have are held against. */
import type { ArchiveQuery, ArchiveRow } from "../sink.ts";
import { type Comparison, type Predicate, type Scalar, toPredicate } from "./predicate.ts";

/** Whether a row is asked for; order and limit are not looked at. */
export function rowMatcher(query: ArchiveQuery): (row: ArchiveRow) => boolean {
  const types = query.types && new Set(query.types);
  const from = query.from?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = query.to?.getTime() ?? Number.POSITIVE_INFINITY;
  const holds = conditionMatcher(query);
  return (row) => {
    if (types && !types.has(row.eventType)) return false;
    const at = row.timestamp.getTime();
    return at >= from && at < to && holds(row);
  };
}

/** Whether all conditions of a query hold for a row. */
export function conditionMatcher({
  where = [],
}: ArchiveQuery): (row: Pick<ArchiveRow, "source" | "data">) => boolean {
  const predicates = where.map(toPredicate);
  const ofSource = predicates.filter(({ field }) => field === "source");
  const ofData = predicates.filter(({ field }) => field !== "source");
  return ({ source, data }) => {
    if (!ofSource.every((predicate) => holds(predicate, source))) return false;
    if (ofData.length === 0) return true;
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      return false;
    }
    return ofData.every((predicate) =>
      holds(predicate, valueAt(value, predicate.field as readonly string[])),
    );
  };
}

/** `undefined`: there is nothing. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const key of path) {
    if (Array.isArray(found)) {
      found = /^(0|[1-9]\d*)$/.test(key) ? found[Number(key)] : undefined;
    } else if (typeof found === "object" && found !== null) {
      found = Object.hasOwn(found, key) ? (found as Record<string, unknown>)[key] : undefined;
    } else {
      return undefined;
    }
  }
  return found;
}

function holds(predicate: Predicate, found: unknown): boolean {
  if (found === undefined) return false;
  switch (predicate.is) {
    case "exists":
      return true;
    case "=":
      return found === predicate.value;
    case "!=":
      return found !== predicate.value;
    case "in":
      return predicate.values.includes(found as string);
    case "contains":
      return typeof found === "string" && found.includes(predicate.value);
    default:
      return (
        typeof found === typeof predicate.value && compares(found as Scalar, predicate.is, predicate.value)
      );
  }
}

function compares(found: Scalar, is: Comparison, value: string | number): boolean {
  const order = typeof value === "number" ? (found as number) - value : compareTexts(found as string, value);
  switch (is) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** By code points, as stores do that compare the bytes of UTF-8; JavaScript's own order is that of UTF-16. */
export function compareTexts(one: string, other: string): number {
  const ascii = /^[\0-\x7f]*$/;
  if (ascii.test(one) && ascii.test(other)) return one < other ? -1 : one > other ? 1 : 0;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
