/** What the feedback demonstration prints: a line for each run, and at the end what was learned. */

import { basename } from "node:path";
import type { QualityStats } from "@attune/feedback";
import { textTable } from "@attune-tools/terminal-text";
import type { QualityReaderOutput } from "../parts/quality-reader.ts";
import { type Cost, type Learned, mixOf, tierAfter } from "./learned.ts";
import { isChange, modelTiers } from "./measured-quality.ts";
import type { DiaryEntry } from "./tier-diary.ts";

const width = 150;

/** Of one run. */
export function runText(round: number, file: string, entry: DiaryEntry): string {
  const { recommendation, rated } = entry;
  const { confidence, reason, stats, exploring } = recommendation;
  const why = exploring ? "tried" : isChange(entry) ? "CHANGED" : "stays";
  const known = stats && confidence > 0;
  const sure = known ? ` (${Math.round(confidence * 100)} % sure; truly ${rangeOf(stats)})` : "";
  const what = `${String(round + 1).padStart(4)}  ${rated.tier.padEnd(7)}  ${rounded(rated.qualityScore)}`;
  // Those of indexes are all called the same.
  const where = basename(file) === "index.ts" ? file.split("/").at(-3)! : basename(file);
  return `${what}  ${where.padEnd(23)} ${why}: ${reason}${sure}`;
}

/** In which the true average lies. */
function rangeOf({ interval }: QualityStats): string {
  return interval.map(rounded).join(" to ");
}

function rounded(number: number): string {
  return (Math.round(number * 100) / 100).toFixed(2); // no -0.00
}

/** What `place` has read of all. */
export function learnedText(all: readonly Learned[], read: QualityReaderOutput, place: string): string[] {
  const header = [
    "WORKFLOW",
    "TIER",
    "RATINGS",
    "AVERAGE",
    "LOWEST",
    "HIGHEST",
    "TREND",
    "TRULY",
    "USED NOW",
  ];
  const rows = all.flatMap(({ mix, entries }, index) =>
    modelTiers.flatMap((tier, at) => {
      const stats = read.ofEach[index]!.stats[at];
      if (!stats) return [];
      const { sampleCount, averageQuality, minQuality, maxQuality, trend } = stats;
      const numbers = [averageQuality, minQuality, maxQuality, trend].map(rounded);
      return [
        [mix, tier, `${sampleCount}`, ...numbers, rangeOf(stats), tierAfter(entries) === tier ? "yes" : ""],
      ];
    }),
  );
  const underperforming = read.underperforming.map(
    ({ workflowName, tier, stats }) =>
      `  ${mixOf(all, workflowName)} at ${tier}: ${rounded(stats.averageQuality)} on average`,
  );
  const costs = all.map(({ mix, costs }) => {
    const sum = (of: keyof Cost) => rounded(costs.reduce((total, cost) => total + cost[of], 0));
    return `  ${mix}: ${sum("cost")} for ${costs.length} runs; all at premium: ${sum("atPremium")}`;
  });
  return [
    `getQualityStats in ${place}, which has nothing but the store:`,
    ...textTable([header, ...rows], { width, right: [2, 3, 4, 5, 6] }),
    "getUnderperformingStages, the worst first:",
    ...underperforming,
    "Costs, with characters counted as tokens and made-up prices:",
    ...costs,
  ];
}
