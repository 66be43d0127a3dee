/** `ModelTier`: how capable, and how expensive, a model a stage is to be given. */

/** Which models a tier stands for is the caller's to decide. */
export const ModelTier = { CHEAP: "cheap", CAPABLE: "capable", PREMIUM: "premium" } as const;

export type ModelTier = (typeof ModelTier)[keyof typeof ModelTier];

/** Cheapest first. */
export const modelTiers: readonly ModelTier[] = Object.values(ModelTier);
