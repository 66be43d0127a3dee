/** Stages and their figures as JSON, in the names of the wire. */
import type { QualityStats, StageQuality } from "@attune/feedback";

export function stageJson({ workflowName, stageName, tier, stats }: StageQuality) {
  return { workflow_name: workflowName, stage_name: stageName, tier, ...statsJson(stats) };
}

export function statsJson(stats: QualityStats) {
  return {
    average_quality: stats.averageQuality,
    min_quality: stats.minQuality,
    max_quality: stats.maxQuality,
    sample_count: stats.sampleCount,
    trend: stats.trend,
    interval: stats.interval,
  };
}
