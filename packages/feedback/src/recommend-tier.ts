/** Which tier is good enough: the rules, as a function of what is known. */
import type { QualityStats } from "./quality-stats.ts";
import { modelTiers, type Tier } from "./tiers.ts";

/** Below so many ratings nothing is recommended, and after a change nothing else. */
export const minSamples = 10;
/** From so many on a recommendation is as sure as it gets. */
const fullConfidenceAt = 20;
/** Below this a higher tier is needed. */
export const poor = 0.7;
/** Above this a lower tier may do, if it is known to be above `goodEnough`. */
const good = 0.9;
const goodEnough = 0.85;

export interface TierRecommendation {
  readonly recommendedTier: Tier;
  readonly currentTier: Tier;
  /** min(ratings of the current tier / 20, 1); 0 below 10 ratings, and for a tier that is tried out. */
  readonly confidence: number;
  readonly reason: string;
  /** Of the current tier; `null`: there are no ratings. */
  readonly stats: QualityStats | null;
  /** The recommended tier is to be tried out this time, since too little is known of it. The current one stays the current one. */
  readonly exploring: boolean;
}

export interface TierFacts {
  readonly currentTier: Tier;
  readonly stats: Readonly<Record<Tier, QualityStats | null>>;
  /** Ratings of the current tier since it was changed to; `null`: it was never changed to. */
  readonly sinceChange: number | null;
  /** Whether this is one of the times at which a cheaper tier may be tried. */
  readonly explores: boolean;
}

export function recommendationFor(facts: TierFacts): TierRecommendation {
  const { currentTier, stats, sinceChange, explores } = facts;
  const own = stats[currentTier];
  const count = own?.sampleCount ?? 0;
  const stay = (reason: string) => staying(currentTier, reason, own);
  const change = (to: Tier, reason: string) => ({ ...stay(reason), recommendedTier: to });

  if (!own || count < minSamples) return stay(`${count} of the ${minSamples} ratings that are needed`);
  if (sinceChange !== null && sinceChange < minSamples) {
    return stay(
      `${sinceChange} of the ${minSamples} ratings that are needed since the tier was changed to ${currentTier}`,
    );
  }
  const at = modelTiers.indexOf(currentTier);
  const [lower, higher] = [modelTiers[at - 1], modelTiers[at + 1]];
  const average = own.averageQuality;
  const found = `the average quality of ${currentTier} is ${text(average)}`;
  if (average < poor) {
    if (higher) return change(higher, `${found}, below ${poor}`);
    return stay(`${found}, below ${poor}, and there is no higher tier`);
  }
  if (average <= good || !lower) return stay(found);
  const below = stats[lower];
  if (!below || below.sampleCount < minSamples) {
    const known = `${found}, above ${good}, and of ${lower} there are ${below?.sampleCount ?? 0} of the ${minSamples} ratings that are needed`;
    if (!explores) return stay(known);
    return { ...change(lower, `${known}: it is tried out`), confidence: 0, exploring: true };
  }
  const cheaper = `that of ${lower} is ${text(below.averageQuality)}`;
  if (below.averageQuality > goodEnough)
    return change(lower, `${found}, and ${cheaper}, above ${goodEnough}`);
  return stay(`${found}, and ${cheaper}, not above ${goodEnough}`);
}

/** The current tier is recommended. */
export function staying(currentTier: Tier, reason: string, stats: QualityStats | null): TierRecommendation {
  const count = stats?.sampleCount ?? 0;
  return {
    recommendedTier: currentTier,
    currentTier,
    confidence: count < minSamples ? 0 : Math.min(count / fullConfidenceAt, 1),
    reason,
    stats,
    exploring: false,
  };
}

/** What is 0.6996 must not be told as 0.70, below 0.7. */
function text(average: number): string {
  return String(Number(average.toFixed(4)));
}
