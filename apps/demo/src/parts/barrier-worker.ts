/** A worker that an orchestrator starts, holds up at a checkpoint, and lets go on. */
import { AgentIds } from "../agent-ids.ts";
import { preciseNow } from "../measurement.ts";
import { ownFiles } from "../own-files.ts";
import type { Part } from "../processes/part.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { accountOf, type RunAccount } from "../workflows/run-account.ts";
import { type Work, WorkerWorkflow } from "../workflows/worker-workflow.ts";

export interface BarrierWorkerInput {
  readonly run: string;
  readonly name: string;
  /** Its files, as of `ownFiles`. */
  readonly from: number;
  readonly to: number;
  /** It starts when it is told to, not at once. */
  readonly later: boolean;
}

export interface BarrierWorkerOutput {
  /** By `preciseNow`. */
  readonly beganAt: number;
  readonly run: RunAccount<Work>;
  /** How often it could have had each of the broadcasts once more. */
  readonly again: number;
}

/** Ready when it is about to wait for the start, or to be told that it starts. */
export const barrierWorker: Part<BarrierWorkerInput, BarrierWorkerOutput, "start"> = {
  name: "barrier worker",
  async run({ transport, ending, ready, told }, { run, name, from, to, later }) {
    const ids = new AgentIds(run);
    const orchestrator = ids.idOf("orchestrator");
    const files = (await ownFiles(to)).slice(from);
    ready();
    if (later) await told;
    const beganAt = preciseNow();
    await using workflow = new WorkerWorkflow(orchestrator, allFlags(transport, ids.idOf(name)));
    const result = await workflow.execute(files, { signal: ending });
    let again = 0;
    for (const signalType of ["start", "go"]) {
      if (await workflow.checkSignal({ signalType, sourceAgent: orchestrator })) again += 1;
    }
    return { beganAt, run: accountOf(result), again };
  },
};
