/** What of a stage's ratings is counted already, as it lies in the store. */
import { isEntryId, type JsonValue } from "@attune/transport";
import { blockOf, type QualityBlock } from "./quality-blocks.ts";
import { modelTiers, type RatedStage, type Tier } from "./tiers.ts";

export interface CountedRatings {
  readonly stage: RatedStage;
  /** The id of the last entry of the stream that is counted. */
  readonly upTo: string;
  /** How many entries its stream had been given with it; `null` where the store does not count. */
  readonly ordinal: number | null;
  /** Ratings that were ever counted, old ones included. */
  readonly total: number;
  /** Oldest first. */
  readonly blocks: readonly QualityBlock[];
}

type StoredBlock =
  | readonly [score: number, at: number]
  | readonly [n: number, sum: number, squares: number, min: number, max: number, from: number, to: number];

export function toText({ stage, upTo, ordinal, total, blocks }: CountedRatings): string {
  return JSON.stringify({
    workflow_name: stage.workflowName,
    stage_name: stage.stageName,
    tier: stage.tier,
    up_to: upTo,
    ordinal,
    total,
    blocks: blocks.map(
      ({ n, sum, squares, min, max, from, to }): StoredBlock =>
        n === 1 ? [sum, from] : [n, sum, squares, min, max, from, to],
    ),
  });
}

/** `undefined` for a text that is none of ours. */
export function fromText(text: string): CountedRatings | undefined {
  let value: { readonly [name: string]: JsonValue } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return undefined;
  }
  const { workflow_name, stage_name, tier, up_to, ordinal, total, blocks } = value ?? {};
  if (typeof workflow_name !== "string" || typeof stage_name !== "string") return undefined;
  if (!modelTiers.includes(tier as Tier) || !isEntryId(up_to) || !Number.isSafeInteger(total))
    return undefined;
  if (!Array.isArray(blocks) || !blocks.every(isBlock)) return undefined;
  return {
    stage: { workflowName: workflow_name, stageName: stage_name, tier: tier as Tier },
    upTo: up_to,
    ordinal: Number.isSafeInteger(ordinal) ? (ordinal as number) : null,
    total: total as number,
    blocks: blocks.map(toBlock),
  };
}

function isBlock(block: unknown): block is StoredBlock {
  return (
    Array.isArray(block) &&
    (block.length === 2 || block.length === 7) &&
    block.every((part) => typeof part === "number")
  );
}

function toBlock(block: StoredBlock): QualityBlock {
  if (block.length === 2) return blockOf(...block);
  const [n, sum, squares, min, max, from, to] = block;
  return { n, sum, squares, min, max, from, to };
}
