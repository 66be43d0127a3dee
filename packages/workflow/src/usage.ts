/** What a run has used: tokens, time and, with a table of prices, money. */
import { AttuneError } from "@attune/transport";
import { type ModelTier, modelTiers } from "./model-tier.ts";
import type { StageResult, TierUse, TokenCount } from "./workflow-result.ts";

/** What a million tokens cost, in whatever currency the caller counts. */
export interface TokenPrice {
  readonly perMillionIn: number;
  readonly perMillionOut: number;
}

/** A tier that is left out has no known price. */
export type PriceTable = Readonly<Partial<Record<ModelTier, TokenPrice>>>;

export interface Usage extends TokenCount {
  /** The times of the stages added up: with parallel stages more than passed on the clock. */
  readonly durationMs: number;
  /** In the currency of the prices; `null` where tokens were used whose price is not known. */
  readonly cost: number | null;
}

export interface WorkflowUsage extends Usage {
  /** Of each stage that began, by name. */
  readonly byStage: Readonly<Record<string, Usage & { readonly tier: ModelTier }>>;
  /** Of each tier that a stage was run with. */
  readonly byTier: Readonly<Partial<Record<ModelTier, Usage & { readonly stages: number }>>>;
}

export function usageOf(results: readonly StageResult[], prices: PriceTable): WorkflowUsage {
  const stages = results.filter(({ tiers }) => tiers.length > 0);
  const uses = stages.flatMap(({ tiers }) => tiers);
  const byStage = stages.map(({ name, tier, tiers }) => [name, { tier, ...sum(tiers, prices) }] as const);
  const byTier = modelTiers.flatMap((tier) => {
    const ofTier = uses.filter((use) => use.tier === tier);
    return ofTier.length === 0 ? [] : [[tier, { stages: ofTier.length, ...sum(ofTier, prices) }] as const];
  });
  return {
    ...sum(uses, prices),
    // Defines properties, whatever the stages are called: `__proto__` is a name like any other.
    byStage: Object.fromEntries(byStage),
    byTier: Object.fromEntries(byTier),
  };
}

function sum(uses: readonly TierUse[], prices: PriceTable): Usage {
  let tokensIn = 0;
  let tokensOut = 0;
  let durationMs = 0;
  let cost: number | null = 0;
  for (const use of uses) {
    tokensIn += use.tokensIn;
    tokensOut += use.tokensOut;
    durationMs += use.durationMs;
    const own = costOf(use, prices[use.tier]);
    cost = cost === null || own === null ? null : cost + own;
  }
  return { tokensIn, tokensOut, total: tokensIn + tokensOut, durationMs, cost };
}

/** What costs nothing needs no price. */
function costOf({ tokensIn, tokensOut }: TierUse, price: TokenPrice | undefined): number | null {
  if (tokensIn === 0 && tokensOut === 0) return 0;
  if (!price) return null;
  return (tokensIn * price.perMillionIn + tokensOut * price.perMillionOut) / 1_000_000;
}

/** A copy. Throws `ATTUNE_ARGUMENT_INVALID`. */
export function checkPrices(prices: PriceTable): PriceTable {
  if (typeof prices !== "object" || prices === null)
    throw invalid("prices must be an object of prices by tier.");
  const checked: Partial<Record<ModelTier, TokenPrice>> = {};
  for (const [tier, price] of Object.entries(prices)) {
    if (!modelTiers.includes(tier as ModelTier)) {
      throw invalid(`prices has ${JSON.stringify(tier)}, which is no tier (${modelTiers.join(", ")}).`);
    }
    const { perMillionIn, perMillionOut } = price ?? {};
    if (!isPrice(perMillionIn) || !isPrice(perMillionOut)) {
      throw invalid(`prices.${tier} needs perMillionIn and perMillionOut, numbers of at least 0.`);
    }
    checked[tier as ModelTier] = { perMillionIn, perMillionOut };
  }
  return checked;
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}

function invalid(message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument: "prices" } });
}
