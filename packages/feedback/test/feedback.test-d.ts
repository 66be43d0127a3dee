/** Compile-time tests: checked by `npm run check:types`. */
import {
  type FeedbackEntry,
  FeedbackLoop,
  type FeedbackMetadata,
  feedbackEvent,
  type QualityStats,
  type StageQuality,
  type Tier,
  type TierRecommendation,
} from "@attune/feedback";
import { EventStreamer } from "@attune/streams";
import { expectTypeOf } from "vitest";

const feedback = new FeedbackLoop();
const stage = { workflowName: "w", stageName: "s" };
const rated = { ...stage, tier: "cheap", qualityScore: 1 } as const;

interface Measured {
  findings: number;
  note?: string;
}
declare const metadata: Measured;
expectTypeOf(feedback.recordFeedback(rated)).resolves.toEqualTypeOf<string>();
feedback.recordFeedback({ ...rated, metadata });
feedback.recordFeedback({ ...rated, metadata: { a: [1, null, { b: "c" }] } });
// @ts-expect-error a Date is not JSON
feedback.recordFeedback({ ...rated, metadata: { at: new Date() } });
// @ts-expect-error metadata has names
feedback.recordFeedback({ ...rated, metadata: "text" });
// @ts-expect-error no such tier
feedback.recordFeedback({ ...rated, tier: "best" });
// @ts-expect-error a rating is of a tier
feedback.recordFeedback({ ...stage, qualityScore: 1 });

expectTypeOf(feedback.getFeedbackHistory({ ...stage, limit: 5 })).resolves.toEqualTypeOf<FeedbackEntry[]>();
expectTypeOf<FeedbackEntry["metadata"]>().toEqualTypeOf<FeedbackMetadata>();
expectTypeOf(feedback.getQualityStats(stage)).resolves.toEqualTypeOf<QualityStats | null>();
expectTypeOf(
  feedback.recommendTier({ ...stage, currentTier: "cheap" }),
).resolves.toEqualTypeOf<TierRecommendation>();
expectTypeOf<TierRecommendation["recommendedTier"]>().toEqualTypeOf<Tier>();
// @ts-expect-error of which tier?
feedback.recommendTier(stage);
expectTypeOf(feedback.getRatedStages()).resolves.toEqualTypeOf<StageQuality[]>();
expectTypeOf(feedback.getUnderperformingStages()).resolves.toEqualTypeOf<StageQuality[]>();

const [event] = await new EventStreamer().getRecentEvents(feedbackEvent({ ...stage, tier: "cheap" }));
if (event?.valid) expectTypeOf(event.data.quality_score).toEqualTypeOf<number>();
