/** Times and spans, for people. */
import { useEffect, useState } from "react";

/** `19:20:01.123`, local; the whole time as its title. */
export function TimeOfDay({ iso }: { readonly iso: string | null }) {
  if (iso === null) return <span>?</span>;
  return (
    <time dateTime={iso} title={iso}>
      {clockText(new Date(iso))}
    </time>
  );
}

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

/** Milliseconds since 1970, anew each second. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
