/** The consumer: it waits for a batch of the producer, hashes the files itself, compares, and answers. */
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import { z } from "zod";
import { deadlineMs } from "../deadline.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { hashedBatch } from "./producer-workflow.ts";

/** What `verified` carries. */
export const verifiedBatch = z.object({
  batch: z.number(),
  /** How many have the same hash here. */
  same: z.number(),
  /** The paths of the others. */
  different: z.array(z.string()),
});

type ReceivedBatch = z.infer<typeof hashedBatch> & { readonly signalId: string };

/** What it received and what it answered. */
export interface Verification {
  readonly received: string;
  readonly batch: number;
  readonly answered: string;
}

export class ConsumerWorkflow extends BaseWorkflow<readonly TreeFile[], Verification> {
  readonly name = "consumer";
  readonly stages = ["wait", "verify"];
  override readonly tierMap = { wait: ModelTier.CHEAP, verify: ModelTier.CHEAP };
  readonly #producer: string;

  constructor(producer: string, ...options: ConstructorParameters<typeof BaseWorkflow>) {
    super(...options);
    this.#producer = producer;
  }

  async runStage(
    stage: "wait" | "verify",
    _tier: ModelTier,
    input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    if (stage === "wait") return { output: await this.#wait() };
    return { output: await this.#verify(input as ReceivedBatch, context) };
  }

  async #wait(): Promise<ReceivedBatch> {
    const selector = { signalType: "task_complete", sourceAgent: this.#producer };
    const signal = await this.waitForSignal({ ...selector, timeoutMs: deadlineMs });
    if (!signal) throw new Error("The producer has sent nothing.");
    return { ...hashedBatch.parse(signal.payload), signalId: signal.signalId };
  }

  async #verify({ batch, hashes, signalId }: ReceivedBatch, context: WorkflowContext): Promise<Verification> {
    const files = context.workflowInput as readonly TreeFile[];
    const paths = Object.keys(hashes);
    const different: string[] = [];
    for (const [index, path] of paths.entries()) {
      const file = files.find((known) => known.path === path);
      const sha256 = file && (await hashFile(file, { signal: context.signal }));
      if (sha256 !== hashes[path]) different.push(path);
      context.reportProgress((index + 1) / paths.length, path);
    }
    const payload = { batch, same: paths.length - different.length, different };
    const answered = await this.sendSignal({ signalType: "verified", targetAgent: this.#producer, payload });
    return { received: signalId, batch, answered };
  }
}
