/** What one of the workflows of the feedback demonstration has learned, and what it has cost. */
import { ModelTier, type WorkflowUsage } from "@attune/workflow";
import type { MixName } from "../exports/source-mixes.ts";
import { prices } from "./find-exports-workflow.ts";
import type { DiaryEntry } from "./tier-diary.ts";

export interface Learned {
  /** The files that it works on. */
  readonly mix: MixName;
  readonly workflowName: string;
  readonly entries: readonly DiaryEntry[];
  readonly costs: readonly Cost[];
  /** Of all runs, in order. */
  readonly runIds: readonly string[];
}

/** Of one run; `atPremium`: of the same at the highest tier. */
export interface Cost {
  readonly cost: number;
  readonly atPremium: number;
}

export function costOf({ cost, tokensIn, tokensOut }: WorkflowUsage): Cost {
  const { perMillionIn, perMillionOut } = prices.premium;
  return {
    cost: cost ?? Number.NaN,
    atPremium: (tokensIn * perMillionIn + tokensOut * perMillionOut) / 1_000_000,
  };
}

/** At which tier it is now: a try does not change it. */
export function tierAfter(entries: readonly DiaryEntry[]): ModelTier {
  const last = entries.at(-1)?.recommendation;
  if (!last) return ModelTier.CAPABLE;
  return last.exploring ? last.currentTier : last.recommendedTier;
}

/** The files of the workflow of this name. */
export function mixOf(all: readonly Learned[], name: string): string {
  return all.find(({ workflowName }) => workflowName === name)?.mix ?? name;
}
