/** The collector of the abort: it waits for the workers, in vain. */
import { AgentIds } from "../agent-ids.ts";
import type { Part } from "../processes/part.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { CollectorWorkflow } from "../workflows/collector-workflow.ts";
import { accountOf } from "../workflows/run-account.ts";
import type { LongWorkerOutput } from "./long-worker.ts";

export interface CollectorInput {
  readonly run: string;
  /** The names of the workers. */
  readonly workers: readonly string[];
}

/** Ready when it waits. */
export const collector: Part<CollectorInput, LongWorkerOutput> = {
  name: "collector",
  async run({ transport, ending, ready }, { run, workers }) {
    const ids = new AgentIds(run);
    const options = { ...allFlags(transport, ids.idOf("collector")), abortOn: ["abort"] };
    await using workflow = new CollectorWorkflow(ready, options);
    const agents = workers.map((name) => ids.idOf(name));
    const result = await workflow.execute(agents, { signal: ending, runId: run });
    const endedAt = Date.now();
    const done = result.stages.filter(({ status }) => status === "completed").length;
    const progress = done / workflow.stages.length;
    return { run: accountOf(result), endedAt, progress, stillAtWork: false };
  },
};
