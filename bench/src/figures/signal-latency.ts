/** From sending a signal to its receipt in another process, in which 1, 100 and 1000 agents wait. */
import { join } from "node:path";
import type { OpenSender, SendOrder } from "../contenders/signal-sender-process.ts";
import { monotonicMs } from "../contenders/stamp.ts";
import { attuneAgents, ioredisAgents, type OpenWaitingAgents } from "../contenders/waiting-agents.ts";
import type { Contender, Figure, StoreName } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";
import { percentile } from "../harness/statistics.ts";

const perSecond = 200;
const signals = 300;
const sizes = [1, 100, 1000];

interface Kind {
  readonly name: string;
  readonly store: StoreName;
  readonly sender: OpenSender["kind"];
  readonly openAgents: OpenWaitingAgents;
}

function contender({ name, store, sender: kind, openAgents }: Kind, waiters: number): Contender {
  const agents = Array.from({ length: waiters }, (_, i) => `${name}-${waiters}-${i}`);
  return {
    name: `${name}-${waiters}`,
    label: `${name}, ${waiters} ${waiters === 1 ? "waiter" : "waiters"}`,
    store,
    async open(setup) {
      const waiting = await openAgents(setup, agents);
      const sender = new Remote(join(import.meta.dirname, "../contenders/signal-sender-process.ts"));
      await sender.call("open", { ...setup, kind } satisfies OpenSender);
      return {
        async measure() {
          const latencies: number[] = [];
          const { promise: allReceived, resolve } = Promise.withResolvers<void>();
          await waiting.start<{ sentAt: number }>(({ sentAt }) => {
            latencies.push(monotonicMs() - sentAt);
            if (latencies.length === signals) resolve();
          });
          const order: SendOrder = { agents, signals, perSecond };
          await Promise.all([sender.call("sendSteadily", order), allReceived]);
          const connections = await waiting.connections();
          await waiting.stop();
          return {
            p50: percentile(latencies, 50),
            p99: percentile(latencies, 99),
            ...(connections === undefined ? {} : { connections }),
          };
        },
        async close() {
          await sender[Symbol.asyncDispose]();
          await waiting.close();
        },
      };
    },
  };
}

const title = `signal to receipt at ${perSecond} signals/s, another process sending`;

const attune: Kind = { name: "attune", store: "redis", sender: "attune", openAgents: attuneAgents };
const bare: Kind = { name: "ioredis", store: "redis", sender: "ioredis", openAgents: ioredisAgents };
const inFile: Kind = { ...attune, name: "file", store: "sqlite" };
const inRedis: Kind = { ...attune, name: "redis" };

export const signalLatency: Figure = {
  name: "signal-latency",
  title,
  metrics: { p50: "ms", p99: "ms", connections: "to Redis" },
  contenders: sizes.flatMap((size) => [contender(attune, size), contender(bare, size)]),
  comparisons: [
    { of: "attune-1", over: "ioredis-1", metric: "p50", below: 2 },
    { of: "attune-100", over: "ioredis-100", metric: "p50" },
    { of: "attune-1000", over: "ioredis-1000", metric: "p50" },
    { of: "attune-1000", over: "attune-1", metric: "p50", below: 2 },
    { of: "ioredis-1000", over: "ioredis-1", metric: "p50" },
    { of: "attune-1", over: "ioredis-1", metric: "p99" },
    { of: "attune-1000", over: "ioredis-1000", metric: "p99" },
  ],
  bounds: sizes.map((size) => ({ of: `attune-${size}`, metric: "connections", atMost: 2 })),
};

export const sqliteSignalLatency: Figure = {
  name: "sqlite-signal-latency",
  title: `${title}, by a file`,
  store: "sqlite",
  metrics: { p50: "ms", p99: "ms" },
  contenders: sizes.flatMap((size) => [contender(inFile, size), contender(inRedis, size)]),
  comparisons: [
    { of: "file-1000", over: "file-1", metric: "p50", below: 2 },
    ...sizes.map((size) => ({ of: `file-${size}`, over: `redis-${size}`, metric: "p50" })),
    { of: "file-1", over: "redis-1", metric: "p99" },
    { of: "file-1000", over: "redis-1000", metric: "p99" },
  ],
};
