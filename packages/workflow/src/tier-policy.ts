/** Who knows which tier is good enough for a stage: the `FeedbackLoop` of @attune/feedback, or anything like it. */
import type { ModelTier } from "./model-tier.ts";

export interface TierPolicy {
  recommendTier(request: {
    readonly workflowName: string;
    readonly stageName: string;
    readonly currentTier: ModelTier;
  }): Promise<{
    readonly recommendedTier: ModelTier;
    /** It is tried out this once: the current tier stays the current one. */
    readonly exploring?: boolean;
  }>;
  recordFeedback(feedback: {
    readonly workflowName: string;
    readonly stageName: string;
    readonly tier: ModelTier;
    /** 0 to 1. */
    readonly qualityScore: number;
    readonly metadata: { readonly run_id: string; readonly agent_id: string };
  }): Promise<unknown>;
}
