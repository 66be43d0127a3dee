/** The consumer of the producer-consumer: one run of its workflow per batch that it expects. */
import { AgentIds } from "../agent-ids.ts";
import { ownFiles } from "../own-files.ts";
import type { Part } from "../processes/part.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { ConsumerWorkflow, type Verification } from "../workflows/consumer-workflow.ts";
import { accountOf, type RunAccount } from "../workflows/run-account.ts";
import type { ProducerInput } from "./producer.ts";

export const consumer: Part<ProducerInput, readonly RunAccount<Verification>[]> = {
  name: "consumer",
  async run({ transport, ending }, { run, batches, filesPerBatch }) {
    const ids = new AgentIds(run);
    const options = allFlags(transport, ids.idOf("consumer"));
    await using workflow = new ConsumerWorkflow(ids.idOf("producer"), options);
    const files = await ownFiles(batches * filesPerBatch);
    const runs: RunAccount<Verification>[] = [];
    while (runs.length < batches) {
      const account = accountOf(await workflow.execute(files, { signal: ending }));
      runs.push(account);
      // The rest would wait in vain as long.
      if (account.status !== "completed") break;
    }
    return runs;
  },
};
