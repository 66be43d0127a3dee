/** Times and spans for people. */
import { isoTimeOf, remembering } from "@attune-tools/record-json";

/** `2026-11-22 19:20:01.123`, local; with `utc` followed by a Z. */
export function timeText(time: Date, utc: boolean): string {
  if (Number.isNaN(time.getTime())) return "?";
  return utc ? isoTimeOf(time).replace("T", " ") : localTimeOf(time);
}

const localTimeOf = remembering((time) => {
  const ms = String(time.getMilliseconds()).padStart(3, "0");
  return `${dayText(time)} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${ms}`;
});

/** `19:20:01`, local; with `utc` followed by a Z. */
export function clockText(time: Date, utc: boolean): string {
  return `${timeText(time, utc).slice(11, 19)}${utc ? "Z" : ""}`;
}

/** `2026-11-22`, local. */
export function dayText(time: Date): string {
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
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

/** How long ago that is, as a span: of what another clock puts into the future `0 s`, of what is no time `?`. */
export function agoText(time: Date, now: number): string {
  const ago = now - time.getTime();
  return Number.isNaN(ago) ? "?" : spanText(Math.max(0, ago));
}
