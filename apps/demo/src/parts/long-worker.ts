/** A worker of the abort: it hashes files until somebody stops it, or until one of its files is gone. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentIds } from "../agent-ids.ts";
import { ownFiles } from "../own-files.ts";
import type { Part } from "../processes/part.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { LongHashWorkflow } from "../workflows/long-hash-workflow.ts";
import { accountOf, type RunAccount } from "../workflows/run-account.ts";

export interface LongWorkerInput {
  readonly run: string;
  readonly name: string;
  /** It works on when it has to stop. */
  readonly stubborn: boolean;
  /** After so many milliseconds its run ends without it. */
  readonly graceMs: number;
  /** One of its files is not there any more as soon as it is told so. */
  readonly losesFile: boolean;
}

export interface LongWorkerOutput {
  readonly run: RunAccount<unknown>;
  /** By the wall clock. */
  readonly endedAt: number;
  /** Of the whole run, by its own account. */
  readonly progress: number;
  /** Its code was busy when its run had ended. */
  readonly stillAtWork: boolean;
}

/** Ready when it has told how far it is. */
export const longWorker: Part<LongWorkerInput, LongWorkerOutput, "lose"> = {
  name: "long worker",
  async run(stage, { run, name, stubborn, graceMs, losesFile }) {
    const { transport, ending } = stage;
    const files = await ownFiles(3);
    await using lossy = losesFile ? await fileToLose(stage.told) : undefined;
    if (lossy) files.push(lossy.file);
    await using workflow = new LongHashWorkflow(
      { stubborn, onBegun: stage.ready },
      { ...allFlags(transport, new AgentIds(run).idOf(name)), abortOn: ["abort"], abortGraceMs: graceMs },
    );
    // The same for all: who aborts names the run that is meant.
    const result = await workflow.execute(files, { signal: ending, runId: run });
    const endedAt = Date.now();
    const stillAtWork = workflow.atWork;
    workflow.letGo();
    const done = result.stages.filter(({ status }) => status === "completed").length;
    const progress = (done + workflow.reported) / workflow.stages.length;
    return { run: accountOf(result), endedAt, progress, stillAtWork };
  },
};

/** A file that is there until it is told otherwise. */
async function fileToLose(told: Promise<unknown>): Promise<AsyncDisposable & { readonly file: TreeFile }> {
  const folder = await mkdtemp(join(tmpdir(), "attune-demo-"));
  const path = "critical.txt";
  const location = join(folder, path);
  await writeFile(location, "Nothing works without it.\n");
  const lose = () => rm(folder, { recursive: true, force: true });
  void told.then(lose);
  return { file: { path, location: Buffer.from(location) }, [Symbol.asyncDispose]: lose };
}
