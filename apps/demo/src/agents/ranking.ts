/** Rankings: the first few by value, equal ones by name. */
import type { RankedItem } from "./agent.ts";

export function topOf(values: Iterable<readonly [string, number]>, unit: string, count = 5): RankedItem[] {
  return [...values]
    .map(([name, value]) => ({ name, value, unit }))
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))
    .slice(0, count);
}

/** Adds to a counter of a map. */
export function addTo<Key>(counts: Map<Key, number>, key: Key, amount = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + amount);
}
