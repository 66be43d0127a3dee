/** What the flags of a workflow cost its runs: nothing is to wait for a store. */
import { openTransport, type Transport } from "@attune/transport";
import { runSample, sampleWorkflow } from "../contenders/sample-workflow.ts";
import type { Contender, Figure, Setup, StoreName } from "../harness/figure.ts";

const stagesOfLongRun = 10;
const longRunMs = 10_000;
/** So short that what the flags cost is a part of it that can be seen. */
const shortStageMs = 5;
const shortStages = 200;

function contender(
  name: string,
  label: string,
  store: StoreName,
  open: (setup: Setup) => Promise<Transport | null>,
): Contender {
  return {
    name,
    label,
    store,
    async open(setup) {
      const transport = await open(setup);
      const short = sampleWorkflow({ stages: shortStages, stageMs: shortStageMs }, transport);
      const long = sampleWorkflow(
        { stages: stagesOfLongRun, stageMs: longRunMs / stagesOfLongRun },
        transport,
      );
      return {
        async measure() {
          const before = process.cpuUsage();
          const startedAt = performance.now();
          await runSample(short);
          const ms = performance.now() - startedAt;
          const { user, system } = process.cpuUsage(before);
          const longStartedAt = performance.now();
          await runSample(long);
          return {
            stage: (ms * 1000) / shortStages,
            cpu: (user + system) / shortStages,
            run: performance.now() - longStartedAt,
          };
        },
        async close() {
          await Promise.all([short.close(), long.close()]);
          await transport?.close();
        },
      };
    },
  };
}

const onStore = ({ url, prefix }: Setup) => openTransport(url, { prefix });

export const workflowOverhead: Figure = {
  name: "workflow-overhead",
  title: `all flags on against all off: per stage of ${shortStageMs} ms (${shortStages} in a run), and a run of ${longRunMs / 1000} s in ${stagesOfLongRun} stages`,
  metrics: { stage: "µs", cpu: "µs of CPU per stage", run: "ms" },
  // A round takes 11 s of each contender.
  maxRounds: 5,
  warmUp: false,
  contenders: [
    contender("off", "all flags off", "sqlite", async () => null),
    contender("memory", "all on, memory", "sqlite", () => openTransport("memory:")),
    contender("sqlite", "all on, a file", "sqlite", onStore),
    contender("redis", "all on, Redis", "redis", onStore),
  ],
  comparisons: ["memory", "sqlite", "redis"].flatMap((of) => [
    { of, over: "off", metric: "run", below: 1.001 },
    { of, over: "off", metric: "stage" },
  ]),
};
