/** Times and spans for people, and times as programs write them. */

/** `2026-11-22 19:20:01.123`, local; with `utc` followed by a Z. */
export function timeText(time: Date, utc: boolean): string {
  if (Number.isNaN(time.getTime())) return "?";
  return utc ? isoTimeOf(time).replace("T", " ") : localTimeOf(time);
}

/** Events come in the order of their times, many of one millisecond after the other: each text is made once. */
function remembering(textOf: (time: Date) => string): (time: Date) => string {
  let lastMs = Number.NaN;
  let lastText = "";
  return (time) => {
    const ms = time.getTime();
    if (ms !== lastMs) lastText = textOf(time);
    lastMs = ms;
    return lastText;
  };
}

const isoTimeOf = remembering((time) => time.toISOString());

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

/** `null`: it is no time. Somebody else wrote it, and what they write may be anything. */
export function isoTime(time: Date): string | null {
  return Number.isNaN(time.getTime()) ? null : isoTimeOf(time);
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
