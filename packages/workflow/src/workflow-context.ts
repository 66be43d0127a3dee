/** What a stage is given beside its input. */
import type { ApprovalResponse } from "@attune/approvals";
import type {
  Barrier,
  CheckOptions,
  CoordinationSignal,
  SignalSelector,
  WaitForSignalOptions,
  WaitOptions,
} from "@attune/signals";
import type { Logger } from "@attune/transport";
import type { ApprovalOfStage } from "./coordination/agent-approvals.ts";
import type { SignalToSend } from "./coordination/agent-signals.ts";
import type { ModelTier } from "./model-tier.ts";

export interface RecordedTokens {
  /** Whole numbers of at least 0. Default 0. */
  readonly tokensIn?: number;
  readonly tokensOut?: number;
}

export interface WorkflowContext {
  /** The name of the workflow. */
  readonly workflow: string;
  /** The agent that the run is. */
  readonly agentId: string;
  readonly runId: string;
  readonly stage: string;
  readonly tier: ModelTier;
  /** 1, and with `retry` more. */
  readonly attempt: number;
  /** What the run was given. */
  readonly workflowInput: unknown;
  /** The output of the step before: what `input` is, too. `null` in the first one. */
  readonly previousOutput: unknown;
  /** Of every step that has ended, by the name of the stage or group. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /**
   * Aborts when the run is cancelled, when a parallel stage has failed, and when the stage's time is over. Pass it on to
   * whatever takes time; what goes on regardless is waited for no longer than `abortGraceMs`.
   */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /**
   * How far the stage is, and what it does. Waits for nothing, and costs nothing when nobody is told: the newest report is
   * sent on at most ten times a second. Throws `ATTUNE_ARGUMENT_INVALID` for a fraction that is not from 0 to 1, or a task
   * of over 1024 bytes. After the stage has ended it does nothing.
   */
  reportProgress(fraction: number, task?: string): void;
  /**
   * Tokens that the stage has used, in addition to those that it returns: of calls before an attempt that fails, say.
   * Throws `ATTUNE_ARGUMENT_INVALID`.
   */
  recordTokens(tokens: RecordedTokens): void;
  /**
   * Sends a signal from the run's agent to another, or to all (no `targetAgent`). Its id, or `""`: it is not known to be
   * stored, coordination is off, or the stage has ended.
   */
  sendSignal(request: SignalToSend): Promise<string>;
  /** The first signal that fits, taken; `null` after the timeout, when the stage has to stop, and with coordination off. */
  waitForSignal(options?: WaitForSignalOptions): Promise<CoordinationSignal | null>;
  /** The same without waiting. */
  checkSignal(options?: CheckOptions): Promise<CoordinationSignal | null>;
  /** The first signal that fits any of the selectors; the others stay pending. */
  waitForAny(selectors: readonly SignalSelector[], options?: WaitOptions): Promise<CoordinationSignal | null>;
  /**
   * Asks for approval as the run's agent, and waits for the decision. `approved` is false whatever goes wrong, and when the
   * stage has to stop, with the reason. Needs a store, and none of the flags. Rejects for bad arguments as `ApprovalGate` does.
   */
  requestApproval(request: ApprovalOfStage): Promise<ApprovalResponse>;
  /** A barrier: all of the signals in one step, or `null`. */
  waitForAll(barrier: Barrier): Promise<CoordinationSignal[] | null>;
}
