/** Times and spans for people. */

/** `2026-11-22 19:20:01.123`, local; with `utc` followed by a Z. */
export function timeText(time: Date, utc: boolean): string {
  if (Number.isNaN(time.getTime())) return "?";
  if (utc) return time.toISOString().replace("T", " ");
  const [year, month, day] = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return `${year}-${two(month)}-${two(day)} ${clockText(time)}`;
}

/** `19:20:01.123`, local. */
function clockText(time: Date): string {
  const ms = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

const steps = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** `3 s`, `12 m`, `5 h`, `2 d`: rounded down; below a second `0 s`. */
export function spanText(ms: number): string {
  for (const [unit, length] of steps) if (ms >= length) return `${Math.floor(ms / length)} ${unit}`;
  return "0 s";
}
