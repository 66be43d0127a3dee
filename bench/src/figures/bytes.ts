/** What agents and signals take in Redis, in @attune's layout and in that of the Python original: a key for each. */
import { agentIdOf, agentKeyOf, leaseMs, openAgentRecords } from "../contenders/agent-records.ts";
import {
  attuneAgents,
  attuneSignals,
  count,
  type Filling,
  fill,
  type OpenFilling,
  ttlMs,
} from "../contenders/filling.ts";
import { openRedis } from "../contenders/open-clients.ts";
import { bareSignal, sampleResult, signalType } from "../contenders/sample-signal.ts";
import { restingMemory, untilGone } from "../contenders/server-memory.ts";
import type { Contender, Figure, Setup } from "../harness/figure.ts";
import { sweep } from "../harness/sweep.ts";

function contender(name: string, label: string, open: OpenFilling, marks?: string): Contender {
  return {
    name,
    label,
    async open(setup) {
      const client = await openRedis(setup);
      const store = await open(setup);
      return {
        async measure() {
          // So that the server knows the scripts before its memory is looked at.
          await fill(store, 0, 1);
          await sweep(setup);
          const before = await restingMemory(client);
          await fill(store, 0, count);
          const fresh = await restingMemory(client);
          if (marks !== undefined) await untilGone(client, setup.prefix, marks);
          const after = await restingMemory(client);
          await sweep(setup);
          return { bytes: (after - before) / count, fresh: (fresh - before) / count };
        },
        async close() {
          await store.close();
          client.disconnect();
        },
      };
    },
  };
}

async function originalAgents(setup: Setup): Promise<Filling> {
  const client = await openRedis(setup);
  const agents = await openAgentRecords(setup);
  return {
    put: (numbers) =>
      Promise.all(
        numbers.map((number) =>
          client.set(agentKeyOf(setup, agentIdOf(number)), agents.text(number), "PX", leaseMs),
        ),
      ),
    async close() {
      await agents.close();
      client.disconnect();
    },
  };
}

async function originalSignals(setup: Setup): Promise<Filling> {
  const client = await openRedis(setup);
  return {
    put: (numbers) =>
      Promise.all(
        numbers.map((number) => {
          const { id, text } = bareSignal(`agent-${number}`, sampleResult);
          const key = `${setup.prefix}signal:agent-${number}:${signalType}:${id}`;
          return client.setex(key, ttlMs / 1000, text);
        }),
      ),
    close: async () => client.disconnect(),
  };
}

export const bytes: Figure = {
  name: "bytes",
  title: `memory in Redis for each of ${count.toLocaleString("en")}, at rest, and right after they were stored`,
  metrics: { bytes: "bytes", fresh: "bytes" },
  // Memory is the same each time, and waiting for it takes long.
  maxRounds: 1,
  warmUp: false,
  contenders: [
    contender("agents", "attune, an agent", attuneAgents),
    contender("agents-original", "a key for each agent", originalAgents),
    contender("signals-100", "attune, a signal in one of 100 mailboxes", attuneSignals(100), ":posted:"),
    contender("signals-10000", "attune, a signal alone in its mailbox", attuneSignals(count), ":posted:"),
    contender("signals-original", "a key for each signal", originalSignals),
  ],
  comparisons: [
    { of: "agents", over: "agents-original", metric: "bytes" },
    { of: "signals-100", over: "signals-original", metric: "bytes" },
    { of: "signals-10000", over: "signals-original", metric: "bytes" },
  ],
  bounds: [
    { of: "agents", metric: "bytes", below: 1024 },
    { of: "signals-100", metric: "bytes", below: 500 },
    { of: "signals-10000", metric: "bytes", below: 500 },
  ],
};
