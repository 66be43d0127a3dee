/** `--since`, `--until`: a time, or how long ago. */
import { usageError } from "../exit-code.ts";
import { dayText } from "../text/time.ts";
import { durationIn } from "./duration.ts";

export function timeOf(option: string, text: string, now: number): Date {
  const ago = durationIn(text);
  if (ago !== undefined) return new Date(now - ago);
  // A time of day is one of today.
  const today = /^\d{1,2}:\d{2}(:\d{2})?$/.test(text)
    ? `${dayText(new Date(now))}T${text.padStart(text.length > 5 ? 8 : 5, "0")}`
    : text;
  const time = /^\d{4}-\d{2}-\d{2}/.test(today) ? Date.parse(today.replace(" ", "T")) : Number.NaN;
  if (Number.isNaN(time)) {
    throw usageError(
      `${option} is how long ago (90s, 10m, 2h, 1d) or a time (2026-11-22, 2026-11-22T19:00:00Z, 19:00), not ${JSON.stringify(text)}.`,
    );
  }
  return new Date(time);
}
