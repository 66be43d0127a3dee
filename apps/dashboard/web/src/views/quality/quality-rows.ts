/** The rated stages as rows of a list: those that are poor first, then workflow by workflow. */
import type { StageJson } from "../../../../src/protocol/records.ts";

export type QualityRow =
  | {
      readonly kind: "heading";
      readonly key: string;
      readonly name: string;
      readonly isPoor: boolean;
      readonly isOpen: boolean;
      readonly stages: number;
      /** Of the tier that is worst; `null`: there is none. */
      readonly worst: number | null;
    }
  | { readonly kind: "stage"; readonly key: string; readonly stage: RatedStage; readonly isPoor: boolean };

/** A stage with its tiers: all of them, or among those that are poor the poor ones. */
export interface RatedStage {
  readonly workflow: string;
  readonly name: string;
  readonly tiers: readonly StageJson[];
  readonly worst: number;
}

export type QualitySort = "name" | "worst";

export interface QualityQuestion {
  readonly search: string;
  readonly sort: QualitySort;
  /** Stages below it on average are poor. */
  readonly threshold: number;
  /** Keys of the headings that are closed. */
  readonly closed: ReadonlySet<string>;
}

/** The key of the heading of those that are poor; the others are names of workflows in JSON. */
export const poorKey = "poor";

export function qualityRows(rated: readonly StageJson[], question: QualityQuestion): QualityRow[] {
  const { search, sort, threshold, closed } = question;
  const stages = stagesOf(rated).filter(({ workflow, name }) => names(search, workflow, name));
  const rows: QualityRow[] = [];
  const add = (key: string, name: string, isPoor: boolean, listed: readonly RatedStage[]) => {
    const isOpen = !closed.has(key);
    const worst = listed.length === 0 ? null : Math.min(...listed.map((stage) => stage.worst));
    rows.push({ kind: "heading", key, name, isPoor, isOpen, stages: listed.length, worst });
    if (!isOpen) return;
    for (const stage of listed) {
      rows.push({
        kind: "stage",
        key: `${key} ${JSON.stringify([stage.workflow, stage.name])}`,
        stage,
        isPoor,
      });
    }
  };
  const poor = stages.flatMap((stage) => poorOf(stage, threshold)).sort(byWorst);
  if (poor.length > 0) add(poorKey, "", true, poor);
  const workflows = Map.groupBy(stages, ({ workflow }) => workflow);
  const listed = [...workflows].map(([name, ofIt]) => ({
    name,
    worst: Math.min(...ofIt.map((stage) => stage.worst)),
    stages: sort === "worst" ? ofIt.toSorted(byWorst) : ofIt,
  }));
  if (sort === "worst") listed.sort(byWorst);
  for (const { name, stages: ofIt } of listed) add(JSON.stringify(name), name, false, ofIt);
  return rows;
}

/** They come sorted by workflow, stage and tier. */
function stagesOf(rated: readonly StageJson[]): RatedStage[] {
  const byStage = Map.groupBy(rated, ({ workflow_name, stage_name }) =>
    JSON.stringify([workflow_name, stage_name]),
  );
  return [...byStage.values()].map(stageOf);
}

function stageOf(tiers: readonly StageJson[]): RatedStage {
  const { workflow_name: workflow, stage_name: name } = tiers[0]!;
  return { workflow, name, tiers, worst: Math.min(...tiers.map((tier) => tier.average_quality)) };
}

function poorOf({ tiers }: RatedStage, threshold: number): RatedStage[] {
  const poor = tiers.filter(({ average_quality }) => average_quality < threshold);
  return poor.length === 0 ? [] : [stageOf(poor)];
}

/** What differs by less than anybody sees keeps its order. */
function byWorst(one: { name: string; worst: number }, other: { name: string; worst: number }): number {
  const hundredths = Math.round(one.worst * 100) - Math.round(other.worst * 100);
  return hundredths || (one.name === other.name ? 0 : one.name < other.name ? -1 : 1);
}

function names(search: string, ...texts: readonly string[]): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}
