/** A rating, as it lies on the wire (snake_case, so that programs in other languages read it). */
import { defineEvent, type EventDefinition } from "@attune/streams";
import { z } from "zod";
import { checkStage, checkTier } from "./feedback-options.ts";
import { streamOf } from "./stage-key.ts";
import { modelTiers, type RatedStage } from "./tiers.ts";

/** Open: unknown fields pass. */
const feedbackSchema = z.looseObject({
  workflow_name: z.string().min(1),
  stage_name: z.string().min(1),
  tier: z.enum(modelTiers),
  /** 0 to 1. */
  quality_score: z.number().min(0).max(1),
  metadata: z.record(z.string(), z.json()).optional(),
});

/**
 * The event that a rating of a stage at a tier is: to follow ratings with `EventStreamer.consumeEvents`. Each stage and tier has an
 * event type of its own, made of hashed names. Throws `ATTUNE_ARGUMENT_INVALID` for a bad name or tier.
 */
export function feedbackEvent(stage: RatedStage): EventDefinition<string, typeof feedbackSchema> {
  const tier = checkTier("tier", stage.tier);
  return defineEvent(streamOf({ ...checkStage(stage), tier }), feedbackSchema);
}
