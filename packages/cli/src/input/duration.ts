/** Durations as people write them. */
import { usageError } from "../exit-code.ts";

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `90s`, `1.5h`, `250ms`; of a number without a unit only with `bare`; `undefined`: it is no duration. */
export function durationIn(text: string, bare?: keyof typeof unitMs): number | undefined {
  const [, number, unit = bare] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  if (number === undefined || unit === undefined) return undefined;
  return Math.round(Number(number) * unitMs[unit as keyof typeof unitMs]);
}

/** What a timer can wait for, about 24 days. */
const longestMs = 2 ** 31 - 1;

/** An option that is a duration, a number alone being seconds. */
export function durationOf(option: string, text: string): number {
  const ms = durationIn(text, "s");
  if (ms !== undefined && ms <= longestMs) return ms;
  throw usageError(
    `${option} is a number of seconds, or 250ms, 10m, 2h, at most 24 days, not ${JSON.stringify(text)}.`,
  );
}
