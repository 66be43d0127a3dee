/** A workflow that does nothing but take its time. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Transport } from "@attune/transport";
import {
  BaseWorkflow,
  ModelTier,
  type StageReturn,
  type WorkflowContext,
  type WorkflowOptions,
} from "@attune/workflow";

export interface SampleSetup {
  readonly stages: number;
  /** Of each stage; 0: it ends within the same turn of the event loop. */
  readonly stageMs: number;
  /** Called in each stage. */
  readonly within?: (stage: number, context: WorkflowContext) => Promise<unknown>;
}

export const allFlags = {
  enableHeartbeatTracking: true,
  enableCoordination: true,
  enableStreaming: true,
} as const;

class SampleWorkflow extends BaseWorkflow<null, string> {
  override readonly name = "sample";
  override readonly stages: readonly string[];
  override readonly tierMap = { stage0: ModelTier.CHEAP };
  readonly #setup: SampleSetup;

  constructor(setup: SampleSetup, options: WorkflowOptions) {
    super(options);
    this.#setup = setup;
    this.stages = Array.from({ length: setup.stages }, (_, stage) => `stage${stage}`);
  }

  override async runStage(
    stage: string,
    tier: ModelTier,
    _input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    const { stageMs, within } = this.#setup;
    await within?.(Number(stage.slice("stage".length)), context);
    if (stageMs > 0) await sleep(stageMs);
    return { output: stage, tokensIn: 100, tokensOut: tier.length };
  }
}

/** Without a transport: with all flags off. */
export function sampleWorkflow(
  setup: SampleSetup,
  transport: Transport | null,
  flags: WorkflowOptions = allFlags,
): BaseWorkflow<null, string> {
  return new SampleWorkflow(setup, transport ? { ...flags, transport } : {});
}

/** Fails when a run did. */
export async function runSample(workflow: BaseWorkflow<null, string>): Promise<number> {
  const { success, durationMs, error } = await workflow.execute(null);
  if (!success) throw error;
  return durationMs;
}
