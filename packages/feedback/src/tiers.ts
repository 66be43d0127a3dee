/** Tiers of models, and what is rated: a stage at a tier. */

/** Cheapest first. */
export const modelTiers = ["cheap", "capable", "premium"] as const;

/** The same three as `ModelTier` of @attune/workflow: which models they stand for is the caller's to decide. */
export type Tier = (typeof modelTiers)[number];

export interface StageSelector {
  /** Any non-empty text of at most 256 bytes in UTF-8, as is `stageName`. */
  readonly workflowName: string;
  readonly stageName: string;
}

export interface RatedStage extends StageSelector {
  readonly tier: Tier;
}
