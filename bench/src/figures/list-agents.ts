/** All agents that live, from a store that holds 1,000, 10,000 and 100,000 of them: a figure for each. */
import { HeartbeatCoordinator, type WireHeartbeat } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";
import type { Redis } from "ioredis";
import { agentKeyOf, fillAgents, sampleBeat } from "../contenders/agent-records.ts";
import { openBareFile, pathOf } from "../contenders/bare-sqlite.ts";
import { openRedis } from "../contenders/open-clients.ts";
import type { Comparison, Contender, Figure } from "../harness/figure.ts";

const countings = 200;

function attune(agents: number): Contender {
  return {
    name: "attune",
    label: "attune getActiveAgents",
    async open(setup) {
      const transport = await openTransport(setup.url, { prefix: setup.prefix });
      return {
        async measure() {
          // A new one: it remembers what it read, and need not parse again what has not changed.
          const coordinator = new HeartbeatCoordinator({ transport });
          const list = () =>
            elapsed(async () =>
              check(
                agents,
                (await coordinator.getActiveAgents()).map(({ progress }) => progress),
              ),
            );
          const ms = await list();
          const again = await list();
          const counting = await elapsed(async () => {
            for (let i = 0; i < countings; i++) {
              if ((await coordinator.countActiveAgents()) !== agents) throw new Error("miscounted");
            }
          });
          await coordinator.close();
          return { ms, again, count: counting / countings };
        },
        close: () => transport.close(),
      };
    },
  };
}

/** Goes over the keys; `read` gets the texts of a page. */
function scan(
  { name, label, pageSize }: { name: string; label: string; pageSize: number },
  agents: number,
  read: (client: Redis, keys: readonly string[]) => Promise<(string | null)[]>,
): Contender {
  return {
    name,
    label,
    async open(setup) {
      const client = await openRedis(setup);
      return {
        async measure() {
          const ms = await elapsed(async () => {
            const found: WireHeartbeat[] = [];
            let cursor = "0";
            do {
              const pattern = agentKeyOf(setup, "*");
              const [next, keys] = await client.scan(cursor, "MATCH", pattern, "COUNT", pageSize);
              if (keys.length > 0) {
                for (const text of await read(client, keys)) if (text !== null) found.push(JSON.parse(text));
              }
              cursor = next;
            } while (cursor !== "0");
            check(
              agents,
              found.map(({ progress }) => progress),
            );
          });
          return { ms };
        },
        close: async () => client.disconnect(),
      };
    },
  };
}

/** The rows of the agents in @attune's own file, and the progress at its place in the JSON of each. */
function select(agents: number): Contender {
  return {
    name: "select",
    label: "node:sqlite SELECT + JSON.parse",
    async open(setup) {
      const db = openBareFile(pathOf(setup));
      const rows = db.prepare("SELECT key, value, lease_end FROM record");
      return {
        async measure() {
          const ms = await elapsed(async () => {
            const found = rows.all().map(({ value }) => JSON.parse(value as string) as [string, number]);
            check(
              agents,
              found.map(([, progress]) => progress),
            );
          });
          return { ms };
        },
        close: async () => db.close(),
      };
    },
  };
}

async function elapsed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function check(agents: number, progress: readonly number[]): void {
  const sum = progress.reduce((total, one) => total + one, 0);
  if (progress.length !== agents || sum !== agents * sampleBeat.progress) {
    throw new Error(`${progress.length} of ${agents} agents, whose progress adds up to ${sum}`);
  }
}

const metrics = { ms: "ms", again: "ms", count: "ms" };
const titleOf = (agents: number) => `${agents.toLocaleString("en")} agents`;

function figure(agents: number, faster: number, rounds?: Pick<Figure, "maxRounds">): Figure {
  const comparisons: Comparison[] = [
    { of: "original", over: "attune", metric: "ms", atLeast: faster },
    { of: "pages", over: "attune", metric: "ms" },
  ];
  return {
    name: `list-agents-${agents}`,
    title: titleOf(agents),
    metrics,
    ...rounds,
    prepare: (setup) => fillAgents(setup, agents),
    contenders: [
      attune(agents),
      scan(
        { name: "original", label: "ioredis SCAN COUNT 100 + GET, one by one", pageSize: 100 },
        agents,
        async (client, keys) => {
          const texts: (string | null)[] = [];
          for (const key of keys) texts.push(await client.get(key));
          return texts;
        },
      ),
      scan(
        { name: "pages", label: "ioredis SCAN COUNT 1000 + MGET", pageSize: 1000 },
        agents,
        async (client, keys) => client.mget(...keys),
      ),
    ],
    comparisons,
  };
}

function sqliteFigure(agents: number, rounds?: Pick<Figure, "maxRounds">): Figure {
  return {
    name: `sqlite-list-agents-${agents}`,
    title: `${titleOf(agents)} in a file`,
    store: "sqlite",
    metrics,
    ...rounds,
    prepare: (setup) => fillAgents(setup, agents),
    contenders: [attune(agents), select(agents)],
    comparisons: [{ of: "attune", over: "select", metric: "ms" }],
  };
}

/** Figures of their own, since SCAN walks over all keys there are. */
export const listAgents: readonly Figure[] = [
  figure(1000, 30),
  figure(10_000, 45),
  figure(100_000, 45, { maxRounds: 3 }),
];

export const sqliteListAgents: readonly Figure[] = [
  sqliteFigure(1000),
  sqliteFigure(10_000),
  sqliteFigure(100_000, { maxRounds: 3 }),
];
