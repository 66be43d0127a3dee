/** A tier policy that does what another one says, and keeps what was recommended and which quality was measured. */
import type { FeedbackLoop, TierRecommendation } from "@attune/feedback";
import type { TierPolicy } from "@attune/workflow";

type Rated = Parameters<TierPolicy["recordFeedback"]>[0];

/** One run of a workflow with one stage. */
export interface DiaryEntry {
  readonly recommendation: TierRecommendation;
  readonly rated: Rated;
}

export class TierDiary implements TierPolicy {
  readonly entries: DiaryEntry[] = [];
  readonly #loop: FeedbackLoop;
  #recommendation: TierRecommendation | undefined;

  constructor(loop: FeedbackLoop) {
    this.#loop = loop;
  }

  async recommendTier(request: Parameters<TierPolicy["recommendTier"]>[0]): Promise<TierRecommendation> {
    this.#recommendation = await this.#loop.recommendTier(request);
    return this.#recommendation;
  }

  async recordFeedback(rated: Rated): Promise<string> {
    const recommendation = this.#recommendation;
    if (recommendation) this.entries.push({ recommendation, rated });
    return this.#loop.recordFeedback(rated);
  }
}
