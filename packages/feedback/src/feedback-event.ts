/** A rating, as it lies on the wire (snake_case, so that programs in other languages read it). */
import { defineEvent, type EventDefinition, lazySchema } from "@attune/streams";
import { checkStage, checkTier } from "./feedback-options.ts";
import { streamOf } from "./stage-key.ts";
import type { RatedStage } from "./tiers.ts";

const schema = lazySchema(async () => (await import("./feedback-schema.ts")).feedbackSchema);

/**
 * The event that a rating of a stage at a tier is: to follow ratings with `EventStreamer.consumeEvents`. Each stage and tier has an
 * event type of its own, made of hashed names. Throws `ATTUNE_ARGUMENT_INVALID` for a bad name or tier.
 */
export function feedbackEvent(stage: RatedStage): EventDefinition<string, typeof schema> {
  const tier = checkTier("tier", stage.tier);
  return defineEvent(streamOf({ ...checkStage(stage), tier }), schema);
}
