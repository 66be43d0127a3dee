/** How long the command takes from its start to its end, against a Node that does nothing. */
import { openAgentRecords } from "../contenders/agent-records.ts";
import { buildCli, cliArgs, timeOfNode } from "../contenders/cli-process.ts";
import type { Contender, Figure, Setup } from "../harness/figure.ts";
import { median } from "../harness/statistics.ts";

const starts = 15;
const agents = 10;

function contender(name: string, label: string, args: (setup: Setup) => readonly string[]): Contender {
  return {
    name,
    label,
    async open(setup) {
      return {
        async measure() {
          const times: number[] = [];
          const more: number[] = [];
          for (let n = 0; n < starts; n++) {
            const bare = await timeOfNode(["-e", "0"]);
            const ms = await timeOfNode(args(setup));
            times.push(ms);
            more.push(ms - bare);
          }
          return { ms: median(times), more: median(more) };
        },
        async close() {},
      };
    },
  };
}

export const cliStart: Figure = {
  name: "cli-start",
  title: `attune from start to end, ${starts} times in turn with \`node -e 0\``,
  store: "sqlite",
  metrics: { ms: "ms", more: "ms more than node -e 0" },
  warmUp: false,
  async prepare(setup) {
    await buildCli();
    const records = await openAgentRecords(setup);
    await Promise.all(Array.from({ length: agents }, (_, n) => records.put(n)));
    await records.close();
  },
  contenders: [
    contender("node", "node -e 0", () => ["-e", "0"]),
    contender("help", "attune --help", () => cliArgs("--help")),
    contender("agents", `attune agents (${agents}, in a file)`, ({ url, prefix }) =>
      cliArgs("agents", "--url", url, "--prefix", prefix),
    ),
  ],
  comparisons: [],
  bounds: [
    { of: "help", metric: "more", atMost: 100, judged: "median" },
    { of: "agents", metric: "more", atMost: 100, judged: "median" },
  ],
};
