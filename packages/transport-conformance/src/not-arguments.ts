/** Values that look like arguments and are none. */

export const notNames: readonly unknown[] = [
  "",
  "x".repeat(257),
  "€".repeat(86),
  "\ud800",
  "a\udc00b",
  undefined,
  null,
  7,
  {},
  ["a"],
];

/** Of ids, receipts, holders and claimers. */
export const notTokens: readonly unknown[] = [
  ...["", "x".repeat(65), "a b", "a:b", "*", "ä", "a\n", "{a}", "../a", "a\u0000"],
  ...[undefined, null, 7, {}, ["a"]],
];

/** Of counts and durations from 1. */
export const notWholeNumbers: readonly unknown[] = [
  ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53],
  ...["1", null, undefined, [1], {}, true],
];
