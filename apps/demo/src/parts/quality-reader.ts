/** Somebody who looks from outside at how good the stages are: with a FeedbackLoop of its own, and nothing but the store. */
import { FeedbackLoop, type QualityStats, type StageQuality } from "@attune/feedback";
import type { ModelTier } from "@attune/workflow";
import type { Part } from "../processes/part.ts";
import { findStage } from "../workflows/find-exports-workflow.ts";
import { modelTiers } from "../workflows/measured-quality.ts";

export interface QualityReaderInput {
  /** The workflows, and the tier of each at present. */
  readonly workflows: readonly (readonly [name: string, tier: ModelTier])[];
}

export interface WorkflowQuality {
  /** In the order of the tiers. */
  readonly stats: readonly (QualityStats | null)[];
  readonly recommended: ModelTier;
  /** The last run that was rated. */
  readonly lastRun: unknown;
}

export interface QualityReaderOutput {
  readonly ofEach: readonly WorkflowQuality[];
  /** Only of these workflows, the worst first. */
  readonly underperforming: readonly StageQuality[];
}

export const qualityReader: Part<QualityReaderInput, QualityReaderOutput> = {
  name: "quality reader",
  async run({ transport }, { workflows }) {
    await using loop = new FeedbackLoop({ transport });
    const ofEach = workflows.map(async ([workflowName, currentTier]) => {
      const stage = { workflowName, stageName: findStage };
      const { recommendedTier } = await loop.recommendTier({ ...stage, currentTier });
      const [last] = await loop.getFeedbackHistory({ ...stage, limit: 1 });
      const stats = await Promise.all(modelTiers.map((tier) => loop.getQualityStats({ ...stage, tier })));
      return { stats, recommended: recommendedTier, lastRun: last?.metadata.run_id };
    });
    const names = workflows.map(([name]) => name);
    const underperforming = await loop.getUnderperformingStages();
    return {
      ofEach: await Promise.all(ofEach),
      underperforming: underperforming.filter(({ workflowName }) => names.includes(workflowName)),
    };
  },
};
