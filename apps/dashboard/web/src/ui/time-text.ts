/** Times and spans as texts, for people. */

/** `19:20:01.123`, local; `?`: it is no time. */
export function clockText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "?";
  const two = (value: number) => String(value).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

const steps = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** `3 s`, `12 m`, `5 h`, `2 d`: rounded down. */
export function spanText(ms: number): string {
  for (const [unit, length] of steps) if (ms >= length) return `${Math.floor(ms / length)} ${unit}`;
  return "0 s";
}

/** `3 s ago`; what clocks that differ a little make the future is now. */
export function agoText(iso: string | null, nowMs: number): string {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(ms)) return "never";
  const span = nowMs - ms;
  return span < 1000 ? "now" : `${spanText(span)} ago`;
}
