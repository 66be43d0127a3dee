/** What a diary says of the quality of a tier: computed from every single measurement, without what a store has counted. */
import type { QualityStats } from "@attune/feedback";
import { ModelTier } from "@attune/workflow";
import type { DiaryEntry } from "./tier-diary.ts";

/** Cheapest first. */
export const modelTiers: readonly ModelTier[] = Object.values(ModelTier);

/** The rules of the FeedbackLoop. */
const needed = 10;
const poor = 0.7;
const good = 0.9;
const goodEnough = 0.85;

export function measuredAt(entries: readonly DiaryEntry[], tier: ModelTier): readonly number[] {
  return entries.filter(({ rated }) => rated.tier === tier).map(({ rated }) => rated.qualityScore);
}

/** NaN: there is none. */
export function averageOf(qualities: readonly number[]): number {
  return qualities.reduce((sum, quality) => sum + quality, 0) / qualities.length;
}

/** As far as it can be compared: sums of fractions differ in their last digits. */
export function summaryOf(qualities: readonly number[]): readonly (number | string)[] | null {
  if (qualities.length === 0) return null;
  const average = averageOf(qualities).toFixed(6);
  return [qualities.length, average, Math.min(...qualities), Math.max(...qualities)];
}

export function summaryOfStats(stats: QualityStats | null | undefined): readonly (number | string)[] | null {
  if (!stats) return null;
  return [stats.sampleCount, stats.averageQuality.toFixed(6), stats.minQuality, stats.maxQuality];
}

/** A recommendation to change for good, not only to try. */
export function isChange({ recommendation }: DiaryEntry): boolean {
  const { recommendedTier, currentTier, exploring } = recommendation;
  return recommendedTier !== currentTier && !exploring;
}

/** Whether all that was recommended follows from what had been measured until then. */
export function isJustified(entries: readonly DiaryEntry[], index: number): boolean {
  const { recommendedTier, currentTier, confidence, exploring } = entries[index]!.recommendation;
  const before = entries.slice(0, index);
  const own = measuredAt(before, currentTier);
  if (recommendedTier === currentTier)
    return confidence === (own.length < needed ? 0 : Math.min(own.length / 20, 1));
  if (own.length < needed) return false;
  const other = measuredAt(before, recommendedTier);
  const isUp = modelTiers.indexOf(recommendedTier) > modelTiers.indexOf(currentTier);
  if (isUp) return averageOf(own) < poor;
  if (exploring) return averageOf(own) > good && other.length < needed;
  return averageOf(own) > good && other.length >= needed && averageOf(other) > goodEnough;
}
