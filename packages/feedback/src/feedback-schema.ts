/** The schema of a rating's event. */
import { z } from "zod";
import { modelTiers } from "./tiers.ts";

/** Open: unknown fields pass. */
export const feedbackSchema = z.looseObject({
  workflow_name: z.string().min(1),
  stage_name: z.string().min(1),
  tier: z.enum(modelTiers),
  /** 0 to 1. */
  quality_score: z.number().min(0).max(1),
  metadata: z.record(z.string(), z.json()).optional(),
});
