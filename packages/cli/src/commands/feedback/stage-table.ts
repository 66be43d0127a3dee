/** Rated stages, as a table or as JSON. */

import type { StageQuality } from "@attune/feedback";
import { stageJson } from "@attune-tools/record-json";
import { textTable } from "@attune-tools/terminal-text";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";

/** `none`: what is said where there are none. */
export function printStages(session: Session, stages: readonly StageQuality[], none: string): void {
  const { stdout } = session;
  printList(session, {
    items: stages,
    json: stageJson,
    none,
    print: () => stdout.table(stageTable(stages, stdout.width)),
  });
}

function stageTable(stages: readonly StageQuality[], width: number): string[] {
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
  return textTable(rows, {
    width,
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
}

function qualityText(quality: number): string {
  return quality.toFixed(3);
}
