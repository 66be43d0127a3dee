/** `@attune/feedback`: rate what a tier of models gave, and learn which tier is good enough. */
export { feedbackEvent } from "./feedback-event.ts";
export { FeedbackLoop, type StageQuality } from "./feedback-loop.ts";
export type {
  Feedback,
  FeedbackLoopOptions,
  FeedbackMetadata,
  HistorySelector,
  RatedSelector,
  TierSelector,
} from "./feedback-options.ts";
export type { QualityStats } from "./quality-stats.ts";
export type { FeedbackEntry } from "./rating-entry.ts";
export type { TierRecommendation } from "./recommend-tier.ts";
export type { RatedStage, StageSelector, Tier } from "./tiers.ts";
