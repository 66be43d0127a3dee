/** Statistics of ratings, from their blocks. */
import type { QualityBlock } from "./quality-blocks.ts";

export interface QualityStats {
  readonly averageQuality: number;
  readonly minQuality: number;
  readonly maxQuality: number;
  readonly sampleCount: number;
  /** The average of the newer half less that of the older, from -1 to 1; 0 below 4 ratings. */
  readonly trend: number;
  /** In which the true average lies with 95 % probability, if the ratings are independent: from 0 to 1. */
  readonly interval: readonly [lowest: number, highest: number];
}

/** From so many ratings on there is a trend. */
const minForTrend = 4;

/** `null`: there are no ratings. Oldest first. */
export function statsOf(blocks: readonly QualityBlock[]): QualityStats | null {
  let n = 0;
  let sum = 0;
  let squares = 0;
  let min = 1;
  let max = 0;
  for (const block of blocks) {
    n += block.n;
    sum += block.sum;
    squares += block.squares;
    min = Math.min(min, block.min);
    max = Math.max(max, block.max);
  }
  if (n === 0) return null;
  // Sums of fractions are a little off: ten times 0.7 is less than 7, and 0.7 on average must not be below 0.7.
  const average = within(Number((sum / n).toFixed(10)), min, max);
  const variance = n > 1 ? Math.max(0, (squares - n * average * average) / (n - 1)) : 0.25;
  const margin = quantile(Math.max(1, n - 1)) * Math.sqrt(variance / n);
  return {
    averageQuality: average,
    minQuality: min,
    maxQuality: max,
    sampleCount: n,
    trend: n < minForTrend ? 0 : trendOf(blocks, n, sum),
    interval: [within(average - margin, 0, 1), within(average + margin, 0, 1)],
  };
}

/** The older half has the odd one. A block that lies on the border is divided evenly. */
function trendOf(blocks: readonly QualityBlock[], n: number, sum: number): number {
  const older = Math.ceil(n / 2);
  let counted = 0;
  let olderSum = 0;
  for (const block of blocks) {
    const part = Math.min(block.n, older - counted);
    if (part <= 0) break;
    olderSum += (block.sum * part) / block.n;
    counted += part;
  }
  return within((sum - olderSum) / (n - older) - olderSum / older, -1, 1);
}

/**
 * Student's t for 95 %, by the first terms of its expansion (Abramowitz and Stegun, 26.7.5): a few ratings say less than the
 * normal distribution would have it.
 */
function quantile(freedom: number): number {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom * freedom);
}

function within(value: number, lowest: number, highest: number): number {
  return Math.max(lowest, Math.min(highest, value));
}
