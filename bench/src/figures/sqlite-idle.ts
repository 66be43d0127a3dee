/** What a process takes of the machine while it waits on a file and nothing happens there. */
import { setTimeout as sleep } from "node:timers/promises";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import { openTransport, type Transport } from "@attune/transport";
import type { Contender, Figure } from "../harness/figure.ts";

const measuredMs = 10_000;
/** After it began: until everything was looked at once. */
const settledMs = 1000;

/** Begins to wait; the result ends that. */
type Wait = (transport: Transport) => Promise<() => Promise<unknown>>;

function contender(name: string, label: string, wait: Wait): Contender {
  return {
    name,
    label,
    async open({ url, prefix }) {
      const transport = await openTransport(url, { prefix });
      return {
        async measure() {
          const end = await wait(transport);
          await sleep(settledMs);
          const before = process.cpuUsage();
          const startedAt = performance.now();
          await sleep(measuredMs);
          const { user, system } = process.cpuUsage(before);
          const microseconds = (performance.now() - startedAt) * 1000;
          await end();
          return { cpu: ((user + system) * 100) / microseconds };
        },
        close: () => transport.close(),
      };
    },
  };
}

/** One consumer of all types, one agent that waits for a signal, one that watches all agents. */
async function waitForAll(transport: Transport): Promise<() => Promise<unknown>> {
  const consumer = new EventStreamer({ transport }).consumeEvents();
  await consumer.ready;
  const consuming = consumer.next();
  const signals = new CoordinationSignals({ agentId: "waiter", transport });
  const ending = new AbortController();
  const { signal } = ending;
  const waiting = signals.waitForSignal({ timeoutMs: Number.POSITIVE_INFINITY, signal });
  const coordinator = new HeartbeatCoordinator({ transport });
  const watch = coordinator.watchAgents();
  const watching = watch.next();
  return async () => {
    await Promise.all([consumer.close(), watch.close()]);
    ending.abort();
    const [event, received, transition] = await Promise.all([consuming, waiting, watching]);
    if (!event.done || received || !transition.done) throw new Error("something happened meanwhile");
    await coordinator.close();
  };
}

export const sqliteIdle: Figure = {
  name: "sqlite-idle",
  title: `a process that waits on a file, over ${measuredMs / 1000} s in which nothing happens`,
  store: "sqlite",
  metrics: { cpu: "% of a core" },
  maxRounds: 3,
  contenders: [
    contender("waiting", "a consumer, a waiter and a watch", waitForAll),
    contender("open", "nobody waits", async () => async () => {}),
  ],
  comparisons: [],
  bounds: [{ of: "waiting", metric: "cpu", atMost: 0.5, judged: "median" }],
};
