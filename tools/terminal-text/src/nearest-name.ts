/** The name that somebody probably meant. */

/** `undefined` when none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  if (name === "") return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  const near =
    best && (best.distance <= Math.max(2, best.candidate.length / 3) || best.candidate.startsWith(name));
  return near
    ? best.candidate
    : known.find((candidate) => name.length > 2 && candidate.includes(name.toLowerCase()));
}

/** Levenshtein: how many characters have to be put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
