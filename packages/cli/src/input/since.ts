/** `--since`: a time, or how long ago. */
import { usageError } from "../exit-code.ts";
import { durationIn } from "./duration.ts";

export function sinceOf(text: string, now: number): Date {
  const ago = durationIn(text);
  if (ago !== undefined) return new Date(now - ago);
  // A time of day is one of today.
  const today = /^\d{1,2}:\d{2}(:\d{2})?$/.test(text)
    ? `${localDay(now)}T${text.padStart(text.length > 5 ? 8 : 5, "0")}`
    : text;
  const time = /^\d{4}-\d{2}-\d{2}/.test(today) ? Date.parse(today.replace(" ", "T")) : Number.NaN;
  if (Number.isNaN(time)) {
    throw usageError(
      `--since is how long ago (90s, 10m, 2h, 1d) or a time (2026-11-22, 2026-11-22T19:00:00Z, 19:00), not ${JSON.stringify(text)}.`,
    );
  }
  return new Date(time);
}

function localDay(now: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
