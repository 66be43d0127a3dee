/** Runs workflows until they are told to stop, and tells how they ended: `workers.ts COUNT NAME`. */
import { setTimeout as sleep } from "node:timers/promises";
import { openTransport } from "@attune/transport";
import { runAll } from "@attune/workflow";
import { allFlags, madeWorkflow } from "../../made-workflow.ts";

const [count = "1", name = "worker"] = process.argv.slice(2);
const transport = await openTransport();
let running = 0;
const runs = Array.from({ length: Number(count) }, (_, number) => ({
  workflow: madeWorkflow(["prepare", "work"], {
    ...allFlags,
    transport,
    agentId: `${name}-${number}`,
    work: {
      async work(_input, context) {
        if (++running === Number(count)) process.send?.({ running });
        for (let step = 0; ; step++) {
          context.signal.throwIfAborted();
          context.reportProgress(Math.min(1, step / 1000), `step ${step}`);
          await sleep(5);
        }
      },
    },
  }),
}));
const results = await runAll(runs);
process.send?.({ ended: results.map(({ status, error }) => [status, error?.code ?? null]) });
await transport.close();
process.disconnect?.();
