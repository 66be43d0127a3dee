/** Workflows made on the spot, from functions. */
import type { WorkflowContext, WorkflowOptions } from "@attune/workflow";
import { BaseWorkflow, type ModelTier, type StageEntry, type StageReturn } from "@attune/workflow";

export type Work = (input: unknown, context: WorkflowContext) => unknown;

export interface Making extends WorkflowOptions {
  readonly name?: string;
  /** By stage; what is not named gives its own name as output. */
  readonly work?: Readonly<Record<string, Work>>;
  readonly tierMap?: Readonly<Record<string, ModelTier>>;
}

export function madeWorkflow(
  stages: readonly StageEntry[],
  { name = "made", work = {}, tierMap = {}, ...options }: Making = {},
): BaseWorkflow {
  class Made extends BaseWorkflow {
    override readonly name = name;
    override readonly stages = stages;
    override readonly tierMap = tierMap;

    override runStage(stage: string, _tier: ModelTier, input: unknown, context: WorkflowContext) {
      const own = work[stage] ?? (() => ({ output: stage }));
      return own(input, context) as StageReturn;
    }
  }
  return new Made(options);
}

export const allFlags = {
  enableHeartbeatTracking: true,
  enableCoordination: true,
  enableStreaming: true,
} as const;

/** Settles when the signal aborts, as a stage should that is told to stop. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Never settles. */
export function forever(): Promise<never> {
  return new Promise(() => {});
}
