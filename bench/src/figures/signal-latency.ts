/** From sending a signal to its receipt in another process, in which 1, 100 and 1000 agents wait. */
import { join } from "node:path";
import type { OpenSender, SendOrder } from "../contenders/signal-sender-process.ts";
import { monotonicMs } from "../contenders/stamp.ts";
import { attuneAgents, ioredisAgents, type OpenWaitingAgents } from "../contenders/waiting-agents.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";
import { percentile } from "../harness/statistics.ts";

const perSecond = 200;
const signals = 300;

function contender(kind: OpenSender["kind"], openAgents: OpenWaitingAgents, waiters: number): Contender {
  const agents = Array.from({ length: waiters }, (_, i) => `${kind}-${waiters}-${i}`);
  return {
    name: `${kind}-${waiters}`,
    label: `${kind}, ${waiters} ${waiters === 1 ? "waiter" : "waiters"}`,
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
          return { p50: percentile(latencies, 50), p99: percentile(latencies, 99), connections };
        },
        async close() {
          await sender[Symbol.asyncDispose]();
          await waiting.close();
        },
      };
    },
  };
}

const sizes = [1, 100, 1000];

export const signalLatency: Figure = {
  name: "signal-latency",
  title: `signal to receipt at ${perSecond} signals/s, another process sending`,
  metrics: { p50: "ms", p99: "ms", connections: "to Redis" },
  contenders: sizes.flatMap((size) => [
    contender("attune", attuneAgents, size),
    contender("ioredis", ioredisAgents, size),
  ]),
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
