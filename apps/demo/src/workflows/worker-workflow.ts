/** A worker of the orchestrator: it waits for the start, works up to the checkpoint, and on when it is let go. */
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import { deadlineMs } from "../deadline.ts";
import { preciseNow } from "../measurement.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

const workerStages = ["wait", "work", "checkpoint", "finish"] as const;
type WorkerStage = (typeof workerStages)[number];

/** The ids of the broadcasts that it got, when it was where (by `preciseNow`), and its hashes. */
export interface Work {
  readonly start: string;
  readonly hashes: readonly string[];
  readonly reachedAt: number;
  readonly go: string;
  readonly wentOnAt: number;
}

/** The input are its files: half of them it hashes before the checkpoint, half of them after. */
export class WorkerWorkflow extends BaseWorkflow<readonly TreeFile[], Work> {
  readonly name = "worker";
  readonly stages = workerStages;
  override readonly tierMap = { work: ModelTier.CHEAP, finish: ModelTier.CHEAP };
  readonly #orchestrator: string;

  constructor(orchestrator: string, ...options: ConstructorParameters<typeof BaseWorkflow>) {
    super(...options);
    this.#orchestrator = orchestrator;
  }

  async runStage(
    stage: WorkerStage,
    _tier: ModelTier,
    input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    const files = context.workflowInput as readonly TreeFile[];
    const half = files.length / 2;
    const soFar = stage === "wait" ? {} : (input as Partial<Work>);
    switch (stage) {
      case "wait":
        return { output: { start: await this.#hear("start") } };
      case "work":
        return { output: { ...soFar, hashes: await hashed(files.slice(0, half), context) } };
      case "checkpoint": {
        const reachedAt = preciseNow();
        await this.#tell("checkpoint_reached", { hashed: half });
        const go = await this.#hear("go");
        return { output: { ...soFar, reachedAt, go, wentOnAt: preciseNow() } };
      }
      case "finish": {
        const hashes = [...soFar.hashes!, ...(await hashed(files.slice(half), context))];
        await this.#tell("task_complete", { hashes });
        return { output: { ...soFar, hashes } };
      }
    }
  }

  async #tell(signalType: string, payload: object): Promise<void> {
    await this.sendSignal({ signalType, targetAgent: this.#orchestrator, payload });
  }

  /** The id of what the orchestrator broadcasts. */
  async #hear(signalType: string): Promise<string> {
    const sourceAgent = this.#orchestrator;
    const signal = await this.waitForSignal({ signalType, sourceAgent, timeoutMs: deadlineMs });
    if (!signal) throw new Error(`The orchestrator has not said ${signalType}.`);
    return signal.signalId;
  }
}

async function hashed(files: readonly TreeFile[], context: WorkflowContext): Promise<string[]> {
  const hashes: string[] = [];
  for (const file of files) {
    hashes.push(await hashFile(file, { signal: context.signal }));
    context.reportProgress(hashes.length / files.length, file.path);
  }
  return hashes;
}
