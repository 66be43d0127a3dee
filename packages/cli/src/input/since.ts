/** `--since`, `--until`: a time, or how long ago. */
import { usageError } from "../exit-code.ts";
import { durationIn } from "./duration.ts";

export interface TimeContext {
  readonly now: number;
  /** What has no zone is UTC, as it is printed with `--utc`. Default: local. */
  readonly utc?: boolean;
}

export function timeOf(option: string, text: string, { now, utc = false }: TimeContext): Date {
  const ago = durationIn(text);
  const time = ago === undefined ? readTime(text, now, utc) : new Date(now - ago);
  if (time && !Number.isNaN(time.getTime())) return time;
  throw usageError(
    `${option} is how long ago (90s, 10m, 2h, 1d) or a time (2026-11-22, 2026-11-22T19:00:00Z, 19:00), not ${JSON.stringify(text)}.`,
  );
}

const form =
  /^(?:(\d{4})-(\d{2})-(\d{2}))?(?:(?:^|[T ])(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** A day alone is its midnight, a time of day alone is one of today. */
function readTime(text: string, now: number, utc: boolean): Date | undefined {
  const [all, year, month, day, hour, minute = "0", second = "0", fraction = "", zone] =
    form.exec(text) ?? [];
  if (!all || (year === undefined && hour === undefined)) return undefined;
  if (zone !== undefined)
    return year !== undefined && hour !== undefined ? new Date(text.replace(" ", "T")) : undefined;
  const today = new Date(now);
  const date = (
    year !== undefined
      ? [Number(year), Number(month) - 1, Number(day)]
      : utc
        ? [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
        : [today.getFullYear(), today.getMonth(), today.getDate()]
  ) as [number, number, number];
  const clock = [Number(hour ?? 0), Number(minute), Number(second), Number(fraction.padEnd(3, "0"))] as const;
  if (!exists(date, clock)) return undefined;
  return utc ? new Date(Date.UTC(...date, ...clock)) : new Date(...date, ...clock);
}

/** The 31st of February is no day, though JavaScript takes it for one of March. */
function exists(
  [year, month, day]: readonly [number, number, number],
  [hour, minute, second]: readonly number[],
): boolean {
  const read = new Date(Date.UTC(year, month, day));
  return (
    read.getUTCMonth() === month && read.getUTCDate() === day && hour! < 24 && minute! < 60 && second! < 60
  );
}
