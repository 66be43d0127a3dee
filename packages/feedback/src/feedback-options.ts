/** What callers ask for, and the checks of that: each throws `ATTUNE_ARGUMENT_INVALID` before anything is sent. */
import type { JsonCompatible } from "@attune/streams";
import {
  AttuneError,
  checkChoice,
  checkInteger,
  checkName,
  encodeJson,
  type JsonValue,
  type Logger,
  maxTtlMs,
  type Transport,
} from "@attune/transport";
import { modelTiers, type RatedStage, type StageSelector, type Tier } from "./tiers.ts";

export type FeedbackMetadata = { readonly [name: string]: JsonValue };

export interface FeedbackLoopOptions {
  /** Default: one transport per process, opened on first use from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /**
   * Ratings older than this do not count. Default 7 days, whole milliseconds, from a minute to 366 days. To be the same for all
   * loops of a store.
   */
  readonly retentionMs?: number;
  /**
   * Of each stage and tier about so many ratings, the newest, can be looked at one by one; statistics know all of them. Default
   * 10,000, from 1000 to 1,000,000. To be the same for all loops of a store.
   */
  readonly maxHistory?: number;
  /**
   * In which part of the cases the next cheaper tier is tried where the current one is better than needed and too little is known
   * of the other. Default 0: never. Up to 1.
   */
  readonly explorationRate?: number;
  /** For exploring: from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number;
}

export interface Feedback<Given extends object = FeedbackMetadata> extends RatedStage {
  /** 0 (useless) to 1 (perfect). */
  readonly qualityScore: number;
  /** Anything that JSON carries, by name, up to 16 KiB. Default `{}`. */
  readonly metadata?: Given & JsonCompatible<Given>;
}

export interface RatedSelector extends StageSelector {
  /** Left out: all tiers together. */
  readonly tier?: Tier;
}

export interface HistorySelector extends RatedSelector {
  /** At most so many. Default 100, from 1 to 100,000. */
  readonly limit?: number;
}

export interface TierSelector extends StageSelector {
  /** The tier that the stage is run at now. */
  readonly currentTier: Tier;
}

/** Counting reads many ratings at once, which has to be done within one operation's time. */
const metadataLimits = { maxPayloadBytes: 16_384, maxPayloadDepth: 100 };

export function checkStage(selector: StageSelector): StageSelector {
  if (typeof selector !== "object" || selector === null) {
    throw invalid("options", "The options must be an object, for example { workflowName, stageName }.");
  }
  return {
    workflowName: checkName("workflowName", selector.workflowName),
    stageName: checkName("stageName", selector.stageName),
  };
}

/** The stages at a tier that are selected: one, or one for each tier. */
export function checkRated(selector: RatedSelector): RatedStage[] {
  const stage = checkStage(selector);
  const tiers = selector.tier === undefined ? modelTiers : [checkTier("tier", selector.tier)];
  return tiers.map((tier) => ({ ...stage, tier }));
}

export function checkTier(name: string, tier: unknown): Tier {
  return checkChoice(name, tier, modelTiers);
}

/** A number from 0 to 1. */
export function checkShare(name: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  const given = typeof value === "number" ? value : value === null ? "null" : `a ${typeof value}`;
  throw invalid(name, `${name} must be a number from 0 to 1, not ${given}.`);
}

/** As JSON text, to be put as it is into that of the rating. */
export function checkMetadata(metadata: unknown): string {
  if (metadata === undefined) return "{}";
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw invalid("metadata", "metadata must be an object.");
  }
  return encodeJson(metadata, metadataLimits);
}

export function checkLimit(limit: unknown): number {
  return checkInteger("limit", limit, 1, 100_000);
}

export type CheckedOptions = Required<Omit<FeedbackLoopOptions, "transport" | "logger">> &
  Pick<FeedbackLoopOptions, "transport" | "logger">;

export function checkOptions(options: FeedbackLoopOptions): CheckedOptions {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", "The options must be an object.");
  }
  const { random = Math.random, retentionMs = 7 * 86_400_000, maxHistory = 10_000 } = options;
  if (typeof random !== "function") throw invalid("random", "random must be a function.");
  return {
    ...options,
    random,
    retentionMs: checkInteger("retentionMs", retentionMs, 60_000, maxTtlMs),
    maxHistory: checkInteger("maxHistory", maxHistory, 1000, 1_000_000),
    explorationRate: checkShare("explorationRate", options.explorationRate ?? 0),
  };
}

function invalid(argument: string, message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument } });
}
