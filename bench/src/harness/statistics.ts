/** Medians, percentiles and ratios. */

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Interpolated between the two nearest values. */
export function percentile(values: readonly number[] | Float64Array, percent: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) throw new Error("no values");
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)]!;
  return below + (sorted[Math.ceil(position)]! - below) * (position % 1);
}

/** How much is added with each value, by the straight line that fits best. */
export function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let together = 0;
  let square = 0;
  for (const [index, value] of values.entries()) {
    together += (index - middle) * (value - mean);
    square += (index - middle) ** 2;
  }
  return together / square;
}

/** Events per second of work that took from `startedAt` (by `performance.now()`) until now. */
export function rate(events: number, startedAt: number): { rate: number } {
  return { rate: (events * 1000) / (performance.now() - startedAt) };
}
