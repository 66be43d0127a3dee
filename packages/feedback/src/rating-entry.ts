/** A rating as an entry of its stream. */
import type { StreamEntry } from "@attune/transport";
import type { FeedbackMetadata } from "./feedback-options.ts";
import { streamOf } from "./stage-key.ts";
import type { RatedStage } from "./tiers.ts";

export interface FeedbackEntry extends RatedStage {
  readonly feedbackId: string;
  readonly qualityScore: number;
  readonly metadata: FeedbackMetadata;
  /** When the store took it. */
  readonly timestamp: Date;
}

interface Rating {
  readonly score: number;
  readonly metadata: FeedbackMetadata;
  /** When the store took it, in milliseconds since 1970. */
  readonly at: number;
}

const latestDate = 8_640_000_000_000_000;

/** `metadata` is JSON text. */
export function toData(stage: RatedStage, score: number, metadata: string): string {
  const { workflowName, stageName, tier } = stage;
  const rating = { workflow_name: workflowName, stage_name: stageName, tier, quality_score: score };
  return `${JSON.stringify(rating).slice(0, -1)},"metadata":${metadata}}`;
}

/** `undefined` for an entry of somebody else's making that is no rating. Whose it is says its stream. */
export function ratingOf({ id, data }: StreamEntry): Rating | undefined {
  const at = Number(id.slice(0, id.indexOf("-")));
  if (at > latestDate) return undefined;
  try {
    const { quality_score, metadata } = JSON.parse(data ?? "") as { readonly [name: string]: unknown };
    if (typeof quality_score !== "number" || !(quality_score >= 0 && quality_score <= 1)) return undefined;
    const isObject = typeof metadata === "object" && metadata !== null && !Array.isArray(metadata);
    return { score: quality_score, metadata: isObject ? (metadata as FeedbackMetadata) : {}, at };
  } catch {
    return undefined;
  }
}

export function toFeedbackEntry(stage: RatedStage, entry: StreamEntry): FeedbackEntry | undefined {
  const rating = ratingOf(entry);
  return (
    rating && {
      feedbackId: feedbackIdOf(stage, entry.id),
      ...stage,
      qualityScore: rating.score,
      metadata: rating.metadata,
      timestamp: new Date(rating.at),
    }
  );
}

/** Ids of entries are those of their streams only. */
export function feedbackIdOf(stage: RatedStage, entryId: string): string {
  return `${streamOf(stage)}:${entryId}`;
}
