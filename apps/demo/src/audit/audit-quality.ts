/** How good the measuring was, in this audit and those before on the same store: which part of the files could be read. */

import { FeedbackLoop } from "@attune/feedback";
import type { Transport } from "@attune/transport";
import { textTable } from "@attune-tools/terminal-text";

/** The stage that is rated. */
export const measureStage = "measure";

/** From 0 to 1; `null`: there was nothing to read. */
export function qualityOf(files: number, unreadable: number): number | null {
  return files === 0 ? null : Math.max(0, 1 - unreadable / files);
}

/** Of those agents that were rated within the last seven days; nothing where the store cannot say. */
export async function qualityLines(
  transport: Transport,
  agents: readonly string[],
  width: number,
): Promise<string[]> {
  await using loop = new FeedbackLoop({ transport });
  const rows: string[][] = [];
  for (const agent of agents) {
    const stats = await loop.getQualityStats({ workflowName: agent, stageName: measureStage });
    if (!stats) continue;
    const { averageQuality, minQuality, sampleCount, trend } = stats;
    rows.push([agent, averageQuality.toFixed(3), minQuality.toFixed(3), trend.toFixed(3), `${sampleCount}`]);
  }
  if (rows.length === 0) return [];
  const heading = ["AGENT", "AVERAGE", "LEAST", "TREND", "AUDITS"];
  return [
    "Quality of the measuring (which part of the files could be read), the last seven days",
    ...textTable([heading, ...rows], { width, indent: 2, right: [1, 2, 3, 4] }),
  ];
}
