/** Figures as texts, with as many digits as anybody reads. */

export function countText(count: number | null): string {
  return count === null ? "?" : count.toLocaleString("en");
}

export function rateText(perSecond: number): string {
  return perSecond >= 100 || Number.isInteger(perSecond)
    ? countText(Math.round(perSecond))
    : perSecond.toFixed(1);
}

export function millisecondsText(ms: number): string {
  return ms >= 100 ? `${countText(Math.round(ms))} ms` : `${ms.toFixed(1)} ms`;
}

const lengths = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
] as const;

/** `5 minutes`, `90 seconds`: what somebody has set, exactly. */
export function lengthText(ms: number): string {
  for (const [unit, length] of lengths) {
    if (ms >= length && ms % length === 0) return `${ms / length} ${unit}${ms === length ? "" : "s"}`;
  }
  return `${ms} ms`;
}
