/** The producer: it hashes a batch of files and tells the consumer what came out. */
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import { z } from "zod";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

export interface Batch {
  /** From 1. */
  readonly number: number;
  readonly files: readonly TreeFile[];
}

/** What `task_complete` carries: the hashes by path. */
export const hashedBatch = z.object({ batch: z.number(), hashes: z.record(z.string(), z.string()) });
type HashedBatch = z.infer<typeof hashedBatch>;

/** Its output is the id of the signal. */
export class ProducerWorkflow extends BaseWorkflow<Batch, string> {
  readonly name = "producer";
  readonly stages = ["hash", "notify"];
  override readonly tierMap = { hash: ModelTier.CHEAP, notify: ModelTier.CHEAP };
  readonly #consumer: string;

  constructor(consumer: string, ...options: ConstructorParameters<typeof BaseWorkflow>) {
    super(...options);
    this.#consumer = consumer;
  }

  async runStage(
    stage: "hash" | "notify",
    _tier: ModelTier,
    input: Batch | HashedBatch,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    if (stage === "hash") return { output: await hashed(input as Batch, context) };
    const payload = input as HashedBatch;
    return {
      output: await this.sendSignal({ signalType: "task_complete", targetAgent: this.#consumer, payload }),
    };
  }
}

async function hashed({ number, files }: Batch, context: WorkflowContext): Promise<HashedBatch> {
  const hashes: Record<string, string> = {};
  for (const [index, file] of files.entries()) {
    hashes[file.path] = await hashFile(file, { signal: context.signal });
    context.reportProgress((index + 1) / files.length, file.path);
  }
  return { batch: number, hashes };
}
