/** What a stage of a workflow is, as the author of the workflow says it. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { StageApproval } from "./stage-approval.ts";

/** What a stage gives back. */
export interface StageReturn<Output = unknown> {
  /** Any JSON value: the input of the next stage, and of the last stage the output of the run. */
  readonly output: Output;
  /** Tokens read by models. A whole number; default 0. What `context.recordTokens` was told is added. */
  readonly tokensIn?: number;
  /** Tokens written by models. A whole number; default 0. */
  readonly tokensOut?: number;
}

/** How often a stage is tried, and when again. */
export interface RetryOptions {
  /** Attempts in all, the first one included. Default 3, from 1 to 100. */
  readonly attempts?: number;
  /** Before the second attempt. Default 1000, from 0 to 3,600,000. */
  readonly backoffMs?: number;
  /** Each later pause is so many times the one before. Default 2, from 1 to 100; a pause is never longer than an hour. */
  readonly factor?: number;
  /**
   * Whether to try again after this error: what the stage threw, or the `AttuneError` of a timeout or an invalid output.
   * `attempt` is the one that failed, from 1. Default: always. Never asked after a cancellation.
   */
  readonly shouldRetry?: (error: unknown, attempt: number) => boolean | Promise<boolean>;
}

export interface StageOptions<Input = unknown> {
  /**
   * An attempt that takes longer fails with `ATTUNE_STAGE_TIMEOUT`. Default 3,600,000 (an hour), from 1 to 2^31 - 1 or
   * `Infinity`.
   */
  readonly timeoutMs?: number;
  /**
   * For monitors: without a report of progress for so long the agent is `stalled`, though it beats. Default: the
   * workflow's `progressTimeoutMs`; from 1 to 366 days.
   */
  readonly progressTimeoutMs?: number;
  /** Default: one attempt. */
  readonly retry?: RetryOptions;
  /**
   * After its last attempt at a tier the stage is tried anew with the next higher one: `cheap`, `capable`, `premium`. What
   * the attempts before have used counts. Default false.
   */
  readonly tierFallback?: boolean;
  /**
   * Asks for approval before the stage is run; `true`: of its input, with the defaults. Not approved, for whatever reason,
   * the stage fails with `ATTUNE_STAGE_NOT_APPROVED`. The waiting is not part of the stage's `timeoutMs`.
   */
  readonly approval?: true | StageApproval<Input>;
  /**
   * Whether to leave the stage out, or why (a non-empty text). Its input is then its output. An error in it is one of the
   * stage.
   */
  readonly skip?: (input: Input) => boolean | string | Promise<boolean | string>;
  /**
   * A Standard Schema (zod, valibot, arktype, …; https://standardschema.dev) for the output. An output that does not fit
   * fails the attempt with `ATTUNE_STAGE_OUTPUT_INVALID`; what the schema makes of it is the stage's output.
   */
  readonly validate?: StandardSchemaV1;
}

/** A stage by name, with what is particular about it. */
export interface NamedStage extends StageOptions {
  /** Any non-empty text of at most 256 bytes in UTF-8, once per workflow. */
  readonly name: string;
}

/**
 * Stages that run at the same time, on the same input. The output of the group is an object of theirs by name. When one
 * fails the others are told to stop, and the run fails.
 */
export interface ParallelStages {
  /** The name of the group; different from every stage's. */
  readonly parallel: string;
  readonly stages: readonly (string | NamedStage)[];
}

/** One step of a workflow. */
export type StageEntry = string | NamedStage | ParallelStages;
