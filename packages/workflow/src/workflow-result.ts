/** What became of a run, and of its stages. */
import type { AttuneError } from "@attune/transport";
import type { ModelTier } from "./model-tier.ts";
import type { WorkflowUsage } from "./usage.ts";

export type StageStatus = "completed" | "skipped" | "failed" | "cancelled";

export interface StageResult {
  readonly name: string;
  /** The parallel group that it was in. */
  readonly group: string | null;
  /** The last one that it was tried with. */
  readonly tier: ModelTier;
  readonly status: StageStatus;
  /** Of a skipped stage its input; `null` where it failed or was cancelled. */
  readonly output: unknown;
  /** Those of failed attempts included, as far as `context.recordTokens` was told of them. */
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** What it was tried with, in order: one, and with `tierFallback` more. Empty: it was skipped. */
  readonly tiers: readonly TierUse[];
  /** How often it was tried, at all tiers; 0: it was skipped. */
  readonly attempts: number;
  /** Why it was skipped, where `skip` said so. */
  readonly skipReason: string | null;
  readonly startedAt: Date;
  readonly completedAt: Date;
  /** All attempts and the pauses between them. */
  readonly durationMs: number;
  /** Of a failed or cancelled stage: what went wrong, the real error as its `cause`. */
  readonly error: AttuneError | null;
}

/** What the attempts at one tier have used. */
export interface TierUse {
  readonly tier: ModelTier;
  readonly attempts: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly durationMs: number;
}

export interface TokenCount {
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly total: number;
}

interface RunFacts {
  /** The name of the workflow. */
  readonly workflow: string;
  readonly runId: string;
  /** The agent that the run was. */
  readonly agentId: string;
  /** The stages that began or were skipped, in the order of the workflow. */
  readonly stages: readonly StageResult[];
  readonly tokens: TokenCount;
  /** Tokens, time and costs: in all, by stage and by tier. */
  readonly usage: WorkflowUsage;
  readonly startedAt: Date;
  readonly completedAt: Date;
  readonly durationMs: number;
}

export interface CompletedWorkflow<Output = unknown> extends RunFacts {
  readonly success: true;
  readonly status: "completed";
  readonly output: Output;
  readonly failedStage: null;
  readonly error: null;
}

export interface UnfinishedWorkflow extends RunFacts {
  readonly success: false;
  readonly status: "failed" | "cancelled";
  readonly output: null;
  /** The stage that failed; `null` where the run was cancelled. */
  readonly failedStage: string | null;
  /**
   * `ATTUNE_STAGE_FAILED`, `ATTUNE_STAGE_TIMEOUT` or `ATTUNE_STAGE_OUTPUT_INVALID` with `details.stage`, or
   * `ATTUNE_WORKFLOW_CANCELLED`. `cause` is the error underneath, as it came.
   */
  readonly error: AttuneError;
}

export type WorkflowResult<Output = unknown> = CompletedWorkflow<Output> | UnfinishedWorkflow;
