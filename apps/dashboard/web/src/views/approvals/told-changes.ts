/** What a context itself says to be changed: pairs of before and after, and texts of diffs; and what else it says. */
import { isObject } from "../../ui/is-object.ts";

export interface ToldPair {
  readonly path: readonly string[];
  readonly names: readonly [before: string, after: string];
  readonly before: unknown;
  readonly after: unknown;
}

export interface ToldDiff {
  readonly path: readonly string[];
  readonly text: string;
}

export interface ToldChanges {
  readonly pairs: readonly ToldPair[];
  readonly diffs: readonly ToldDiff[];
  /** The context without those; `undefined`: there is nothing else. */
  readonly rest: unknown;
}

const pairNames = [
  ["before", "after"],
  ["old", "new"],
  ["current", "proposed"],
] as const;
const diffNames = ["diff", "patch"] as const;
/** Further down nobody looks for them. */
const deepest = 3;
const mostPairs = 50;

export function toldChangesOf(context: unknown): ToldChanges {
  const pairs: ToldPair[] = [];
  const diffs: ToldDiff[] = [];
  const rest = without(context, [], pairs, diffs);
  return { pairs, diffs, rest };
}

function without(value: unknown, path: readonly string[], pairs: ToldPair[], diffs: ToldDiff[]): unknown {
  if (path.length > deepest || pairs.length + diffs.length >= mostPairs) return value;
  if (Array.isArray(value)) {
    const left = value
      .map((one, at) => without(one, [...path, String(at)], pairs, diffs))
      .filter((one) => one !== undefined);
    return left.length === 0 && value.length > 0 ? undefined : left;
  }
  if (!isObject(value)) return value;
  const taken = new Set<string>();
  for (const names of pairNames) {
    const [before, after] = names;
    if (!Object.hasOwn(value, before) || !Object.hasOwn(value, after)) continue;
    pairs.push({ path, names, before: value[before], after: value[after] });
    taken.add(before).add(after);
  }
  for (const name of diffNames) {
    const text = Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof text !== "string" || !isDiff(text)) continue;
    diffs.push({ path: [...path, name], text });
    taken.add(name);
  }
  const left = Object.entries(value)
    .filter(([name]) => !taken.has(name))
    .map(([name, one]) => [name, without(one, [...path, name], pairs, diffs)] as const)
    .filter(([, one]) => one !== undefined);
  const isNothing = left.length === 0 && Object.keys(value).length > 0;
  return isNothing ? undefined : Object.fromEntries(left);
}

/** Lines that begin with + or -. */
function isDiff(text: string): boolean {
  return /^[+-]/m.test(text);
}
