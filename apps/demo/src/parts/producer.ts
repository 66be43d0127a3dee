/** The producer of the producer-consumer: one run of its workflow per batch, none of which waits for an answer. */
import { AgentIds } from "../agent-ids.ts";
import { deadlineMs } from "../deadline.ts";
import { ownFiles } from "../own-files.ts";
import type { Part } from "../processes/part.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { verifiedBatch } from "../workflows/consumer-workflow.ts";
import { ProducerWorkflow } from "../workflows/producer-workflow.ts";
import { accountOf, type RunAccount } from "../workflows/run-account.ts";

export interface ProducerInput {
  readonly run: string;
  readonly batches: number;
  readonly filesPerBatch: number;
}

export interface ProducerOutput {
  readonly runs: readonly RunAccount<string>[];
  /** The consumer's answers, in the order in which they came. */
  readonly answers: readonly unknown[];
}

export const producer: Part<ProducerInput, ProducerOutput> = {
  name: "producer",
  async run({ transport, ending }, { run, batches, filesPerBatch }) {
    const ids = new AgentIds(run);
    const consumer = ids.idOf("consumer");
    await using workflow = new ProducerWorkflow(consumer, allFlags(transport, ids.idOf("producer")));
    const files = await ownFiles(batches * filesPerBatch);
    const runs: RunAccount<string>[] = [];
    for (let index = 0; index < batches; index++) {
      const batch = {
        number: index + 1,
        files: files.slice(index * filesPerBatch, (index + 1) * filesPerBatch),
      };
      runs.push(accountOf(await workflow.execute(batch, { signal: ending })));
    }
    // It is a fixed agent: its signals reach it between its runs, too.
    const answers: unknown[] = [];
    const wanted = { signalType: "verified", sourceAgent: consumer, timeoutMs: deadlineMs, signal: ending };
    while (answers.length < batches) {
      const answer = await workflow.waitForSignal(wanted);
      if (!answer) break;
      answers.push(verifiedBatch.parse(answer.payload));
    }
    return { runs, answers };
  },
};
