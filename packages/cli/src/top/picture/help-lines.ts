/** What the keys do. */

const keys: readonly (readonly [string, string])[] = [
  ["Up, Down", "move; also k and j"],
  ["PgUp, PgDn", "a page; Home and End: the first and the last"],
  ["s", "sort: trouble first, name, progress, last beat"],
  ["r", "the other way round"],
  ["/", "filter by id, task or status; Enter keeps it, Esc clears it"],
  ["l", "only: all, trouble, alive, stalled, stale, lost, finished"],
  ["Enter", "all that is known of the agent; Enter or Esc goes back"],
  ["a", "abort the agent: sends it the signal abort, after a y"],
  ["p", "the pending approvals"],
  ["?", "this help"],
  ["q, Ctrl-C", "leave"],
];

export function helpLines(): string[] {
  return keys.map(([key, text]) => `  ${key.padEnd(12)}${text}`);
}

/** In one line, the most needed first. */
export const keysLine =
  "q quit  ? help  s sort  r reverse  / filter  l liveness  Enter details  a abort  p approvals";
