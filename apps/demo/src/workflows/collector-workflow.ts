/** A collector: it waits for what others have done, and for as long as that takes it is in a wait. */
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import { deadlineMs } from "../deadline.ts";

export class CollectorWorkflow extends BaseWorkflow<readonly string[], unknown> {
  readonly name = "collector";
  readonly stages = ["prepare", "collect"];
  override readonly tierMap = { prepare: ModelTier.CHEAP };
  readonly #onWait: () => void;

  /** `onWait`: it is about to wait. */
  constructor(onWait: () => void, ...options: ConstructorParameters<typeof BaseWorkflow>) {
    super(...options);
    this.#onWait = onWait;
  }

  async runStage(
    stage: "prepare" | "collect",
    _tier: ModelTier,
    _input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    const sourceAgents = context.workflowInput as readonly string[];
    if (stage === "prepare") return { output: { agents: sourceAgents.length } };
    const waiting = this.waitForAll({ signalType: "task_complete", sourceAgents, timeoutMs: deadlineMs });
    this.#onWait();
    const signals = await waiting;
    if (!signals) throw new Error("Not everybody has done his work.");
    return { output: signals.map(({ payload }) => payload) };
  }
}
