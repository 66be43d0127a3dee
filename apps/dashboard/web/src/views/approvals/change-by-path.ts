/** What is another thing in one JSON value than in another, place by place. */
import { diffArrays } from "diff";
import { isObject } from "../../ui/is-object.ts";

export type Change = { readonly path: readonly string[] } & (
  | { readonly kind: "added"; readonly after: unknown }
  | { readonly kind: "removed"; readonly before: unknown }
  | { readonly kind: "changed"; readonly before: unknown; readonly after: unknown }
);

export interface Changes {
  readonly list: readonly Change[];
  /** There are more than were looked for. */
  readonly isCut: boolean;
}

const mostChanges = 300;
/** Further down values are compared as a whole. */
const deepest = 40;
/** Longer arrays are compared element by element at the same place. */
const longestAligned = 1000;

type JsonObject = Readonly<Record<string, unknown>>;

export function changesBetween(before: unknown, after: unknown): Changes {
  const list: Change[] = [];
  compare(before, after, [], list);
  return { list: list.slice(0, mostChanges), isCut: list.length > mostChanges };
}

function compare(before: unknown, after: unknown, path: readonly string[], found: Change[]): void {
  if (found.length > mostChanges || Object.is(before, after)) return;
  if (path.length < deepest && isObject(before) && isObject(after)) {
    compareObjects(before, after, path, found);
    return;
  }
  if (path.length < deepest && Array.isArray(before) && Array.isArray(after)) {
    compareArrays(before, after, path, found);
    return;
  }
  if (JSON.stringify(before) !== JSON.stringify(after)) found.push({ kind: "changed", path, before, after });
}

function compareObjects(
  before: JsonObject,
  after: JsonObject,
  path: readonly string[],
  found: Change[],
): void {
  for (const [name, value] of Object.entries(after)) {
    const place = [...path, name];
    // Not by `before[name]`: "constructor" is in every object.
    if (Object.hasOwn(before, name)) compare(before[name], value, place, found);
    else found.push({ kind: "added", path: place, after: value });
  }
  for (const [name, value] of Object.entries(before)) {
    if (!Object.hasOwn(after, name)) found.push({ kind: "removed", path: [...path, name], before: value });
  }
}

/** What was put in between does not make all that follows another thing. */
function compareArrays(
  before: readonly unknown[],
  after: readonly unknown[],
  path: readonly string[],
  found: Change[],
): void {
  if (before.length > longestAligned || after.length > longestAligned) {
    compareRuns(before, after, [0, 0], path, found);
    return;
  }
  const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value));
  let [at, to] = [0, 0];
  let removed = 0;
  const runs = diffArrays(texts(before), texts(after));
  for (const [index, run] of runs.entries()) {
    const count = run.value.length;
    if (run.removed) {
      if (runs[index + 1]?.added) {
        removed = count;
        continue;
      }
      compareRuns(before.slice(at, at + count), [], [at, to], path, found);
      at += count;
    } else if (run.added) {
      compareRuns(before.slice(at, at + removed), after.slice(to, to + count), [at, to], path, found);
      at += removed;
      to += count;
      removed = 0;
    } else {
      at += count;
      to += count;
    }
  }
}

function compareRuns(
  before: readonly unknown[],
  after: readonly unknown[],
  [at, to]: readonly [number, number],
  path: readonly string[],
  found: Change[],
): void {
  for (let one = 0; one < Math.max(before.length, after.length); one++) {
    if (one >= before.length) {
      found.push({ kind: "added", path: [...path, String(to + one)], after: after[one] });
    } else if (one >= after.length) {
      found.push({ kind: "removed", path: [...path, String(at + one)], before: before[one] });
    } else compare(before[one], after[one], [...path, String(to + one)], found);
  }
}
