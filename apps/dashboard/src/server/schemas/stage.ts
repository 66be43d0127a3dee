/** Ratings of stages as JSON. */
import { z } from "zod";
import { anyObject } from "./any-json.ts";

export const tiers = ["cheap", "capable", "premium"] as const;

export const statsSchema = z.object({
  average_quality: z.number().describe("0 to 1, as are the next two."),
  min_quality: z.number(),
  max_quality: z.number(),
  sample_count: z.number(),
  trend: z.number().describe("The average of the newer half less that of the older; 0 below 4 ratings."),
  interval: z
    .array(z.number())
    .readonly()
    .describe("From where to where the true average lies with 95 % probability."),
});

export const stageSchema = z.object({
  workflow_name: z.string(),
  stage_name: z.string(),
  tier: z.enum(tiers),
  ...statsSchema.shape,
});

export const recommendationSchema = z.object({
  recommended_tier: z.enum(tiers),
  current_tier: z.enum(tiers),
  confidence: z.number().describe("0 to 1."),
  reason: z.string(),
});

export const ratingSchema = z.object({
  feedback_id: z.string(),
  workflow_name: z.string(),
  stage_name: z.string(),
  tier: z.enum(tiers),
  quality_score: z.number(),
  metadata: anyObject,
  timestamp: z.string().nullable(),
});
