/** The orchestrator: it starts its workers with one broadcast, meets them at a checkpoint, lets them go on, and collects. */
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import { deadlineMs } from "../deadline.ts";
import { preciseNow } from "../measurement.ts";

const orchestratorStages = ["start", "checkpoint", "go", "collect"] as const;
type OrchestratorStage = (typeof orchestratorStages)[number];

/** The ids of its broadcasts, when it did what (by `preciseNow`), and what the workers handed in. */
export interface Orchestration {
  readonly start: string;
  readonly startedAt: number;
  readonly allThereAt: number;
  readonly go: string;
  /** In the order of the workers. */
  readonly results: readonly unknown[];
}

/** The input are the agents that it works with. */
export class OrchestratorWorkflow extends BaseWorkflow<readonly string[], Orchestration> {
  readonly name = "orchestrator";
  readonly stages = orchestratorStages;
  override readonly tierMap = { collect: ModelTier.PREMIUM };

  async runStage(
    stage: OrchestratorStage,
    _tier: ModelTier,
    input: unknown,
    { workflowInput }: WorkflowContext,
  ): Promise<StageReturn> {
    const workers = workflowInput as readonly string[];
    const soFar = stage === "start" ? {} : (input as Partial<Orchestration>);
    switch (stage) {
      case "start": {
        const startedAt = preciseNow();
        return { output: { startedAt, start: await this.sendSignal({ signalType: "start" }) } };
      }
      case "checkpoint": {
        await this.#ofAll("checkpoint_reached", workers);
        return { output: { ...soFar, allThereAt: preciseNow() } };
      }
      case "go":
        return { output: { ...soFar, go: await this.sendSignal({ signalType: "go" }) } };
      case "collect":
        return { output: { ...soFar, results: await this.#ofAll("task_complete", workers) } };
    }
  }

  /** Their payloads, once all of them have sent one. */
  async #ofAll(signalType: string, sourceAgents: readonly string[]): Promise<unknown[]> {
    const signals = await this.waitForAll({ signalType, sourceAgents, timeoutMs: deadlineMs });
    if (!signals) throw new Error(`Not everybody has sent ${signalType}.`);
    return signals.map(({ payload }) => payload);
  }
}
