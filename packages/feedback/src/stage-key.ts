/** The names under which the ratings of a stage are kept. Names of workflows may hold anything, and be long: they are hashed. */
import { createHash } from "node:crypto";
import type { RatedStage, StageSelector } from "./tiers.ts";

/** The bucket of all records of this package. */
export const bucket = "feedback";

/** 22 characters: the same for the same two names only. Also the key of the record in which changes of the tier are. */
export function stageHash({ workflowName, stageName }: StageSelector): string {
  return createHash("sha256")
    .update(JSON.stringify([workflowName, stageName]))
    .digest("base64url")
    .slice(0, 22);
}

/** The key of the record in which the ratings of a stage at a tier are counted. */
export function recordOf(stage: RatedStage): string {
  return `${stageHash(stage)}:${stage.tier}`;
}

/** The event type of the stream in which they lie. */
export function streamOf(stage: RatedStage): string {
  return `feedback:${recordOf(stage)}`;
}
