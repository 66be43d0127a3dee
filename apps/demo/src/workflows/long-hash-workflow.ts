/** A long piece of work: it hashes files over and over. When one of them is gone, all the others have to stop, too. */
import { lstat } from "node:fs/promises";
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import { pause } from "../pause.ts";
import { isFileError } from "../tree/file-error.ts";
import { hashFile } from "../tree/hash-file.ts";
import type { TreeFile } from "../tree/walk-tree.ts";

/** So many that nobody comes to the end of them while the demonstration lasts. */
const wanted = 500;
/** Slow enough to be watched. */
const paceMs = 50;
const filesPerReport = 4;

export interface LongHashSetup {
  /** It does not look at its signal: it works until it is let go. */
  readonly stubborn: boolean;
  /** It tells for the first time how far it is. */
  readonly onBegun: () => void;
}

export class LongHashWorkflow extends BaseWorkflow<readonly TreeFile[], { readonly hashed: number }> {
  readonly name = "long-hash";
  readonly stages = ["survey", "hash"];
  override readonly tierMap = { survey: ModelTier.CHEAP, hash: ModelTier.CHEAP };
  readonly #setup: LongHashSetup;
  #reported = 0;
  #atWork = false;
  #letGo = false;

  constructor(setup: LongHashSetup, ...options: ConstructorParameters<typeof BaseWorkflow>) {
    super(...options);
    this.#setup = setup;
  }

  /** How far its work was when it last told so: 0 to 1. */
  get reported(): number {
    return this.#reported;
  }

  /** Whether its code is still busy, whatever became of its run. */
  get atWork(): boolean {
    return this.#atWork;
  }

  letGo(): void {
    this.#letGo = true;
  }

  async runStage(
    stage: "survey" | "hash",
    _tier: ModelTier,
    _input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    const files = context.workflowInput as readonly TreeFile[];
    if (stage === "survey") return { output: { bytes: await bytesOf(files) } };
    this.#atWork = true;
    try {
      return { output: { hashed: await this.#hash(files, context) } };
    } catch (error) {
      if (isFileError(error)) await this.#abortAll(error.message, context.runId);
      throw error;
    } finally {
      this.#atWork = false;
    }
  }

  async #hash(files: readonly TreeFile[], context: WorkflowContext): Promise<number> {
    const signal = this.#setup.stubborn ? new AbortController().signal : context.signal;
    let hashed = 0;
    while (hashed < wanted && !this.#letGo) {
      signal.throwIfAborted();
      await hashFile(files[hashed % files.length]!, { signal });
      hashed += 1;
      if (hashed % filesPerReport === 0 && !context.signal.aborted) this.#report(hashed, context);
      await pause(paceMs, signal);
    }
    return hashed;
  }

  #report(hashed: number, context: WorkflowContext): void {
    const isFirst = this.#reported === 0;
    this.#reported = hashed / wanted;
    context.reportProgress(this.#reported, `${hashed} of ${wanted} hashed`);
    if (isFirst) this.#setup.onBegun();
  }

  /** Those of the same run: on a shared store there are others, whom this does not concern. */
  async #abortAll(reason: string, runId: string): Promise<void> {
    await this.sendSignal({ signalType: "abort", payload: { reason, run_id: runId } });
  }
}

async function bytesOf(files: readonly TreeFile[]): Promise<number> {
  const sizes = await Promise.all(files.map(async ({ location }) => (await lstat(location)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
