/** Rated stages, as a table or as JSON. */
import type { StageQuality } from "@attune/feedback";
import { textTable } from "@attune-tools/terminal-text";
import type { Session } from "../../session/session.ts";
import { stageJson } from "./stage-json.ts";

export function printStages({ stdout, json }: Session, stages: readonly StageQuality[]): void {
  if (json) {
    stdout.jsonArray(stages.map(stageJson));
    return;
  }
  const rows = stages.map(({ workflowName, stageName, tier, stats }) => [
    workflowName,
    stageName,
    tier,
    qualityText(stats.averageQuality),
    stats.interval.map(qualityText).join(" to "),
    `${qualityText(stats.minQuality)} to ${qualityText(stats.maxQuality)}`,
    `${stats.trend < 0 ? "" : "+"}${qualityText(stats.trend)}`,
    String(stats.sampleCount),
  ]);
  const table = textTable(rows, {
    width: stdout.width,
    indent: 0,
    columns: [
      { header: "WORKFLOW", keep: true, grow: true },
      { header: "STAGE", keep: true, grow: true },
      { header: "TIER", keep: true },
      { header: "AVERAGE", align: "right", keep: true },
      { header: "TRUE WITH 95 %", align: "right", priority: -1 },
      { header: "RANGE", align: "right", priority: -2 },
      { header: "TREND", align: "right" },
      { header: "RATINGS", align: "right", priority: 1 },
    ],
  });
  stdout.table(table);
}

function qualityText(quality: number): string {
  return quality.toFixed(3);
}
