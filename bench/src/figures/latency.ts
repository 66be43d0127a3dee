/** From publish to delivery, at a rate that leaves everybody time: 1, 10 and 100 consumers in one process. */
import { attuneFollowers, ioredisFollowers, type OpenFollowers } from "../contenders/following.ts";
import { startPublisher } from "../contenders/publisher.ts";
import type { OpenPublisher } from "../contenders/publisher-process.ts";
import type { SampleData } from "../contenders/sample-event.ts";
import { monotonicMs } from "../contenders/stamp.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { percentile } from "../harness/statistics.ts";

const perSecond = 200;
const events = 300;

interface Kind {
  readonly name: string;
  readonly openFollowers: OpenFollowers;
  readonly publisher: OpenPublisher["kind"];
}

function contender({ name, openFollowers, publisher: kind }: Kind, consumers: number): Contender {
  return {
    name: `${name}-${consumers}`,
    label: `${name}, ${consumers} ${consumers === 1 ? "consumer" : "consumers"}`,
    async open(setup) {
      const followers = await openFollowers(setup, consumers);
      const publisher = await startPublisher(setup, kind);
      let round = 0;
      return {
        async measure() {
          const eventType = `${name}-${consumers}-${++round}`;
          const latencies = new Float64Array(consumers * events);
          let delivered = 0;
          const { done } = await followers.follow<SampleData & { sentAt: number }>({
            eventType,
            events,
            look({ sentAt }) {
              latencies[delivered++] = monotonicMs() - sentAt;
            },
          });
          await Promise.all([publisher.call("publishSteadily", { eventType, events, perSecond }), done]);
          if (delivered !== latencies.length)
            throw new Error(`${delivered} of ${latencies.length} were delivered`);
          await publisher.call("remove", eventType);
          return { p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
        },
        async close() {
          await publisher[Symbol.asyncDispose]();
          await followers.close();
        },
      };
    },
  };
}

const title = `publish to delivery at ${perSecond} events/s, another process publishing`;
const metrics = { p50: "ms", p99: "ms" };

/** In Redis, the publisher is a bare one for all alike. */
const inRedis: Kind = { name: "attune", openFollowers: attuneFollowers, publisher: "ioredis" };
const bare: Kind = { name: "ioredis", openFollowers: ioredisFollowers, publisher: "ioredis" };
/** Nobody but @attune can write its files. */
const inFile: Kind = { name: "attune", openFollowers: attuneFollowers, publisher: "attune" };

export const latency: Figure = {
  name: "latency",
  title,
  metrics,
  contenders: [1, 10, 100].flatMap((size) => [contender(inRedis, size), contender(bare, size)]),
  comparisons: [
    { of: "attune-100", over: "attune-1", metric: "p50", below: 2 },
    { of: "ioredis-100", over: "ioredis-1", metric: "p50" },
    { of: "attune-1", over: "ioredis-1", metric: "p50" },
    { of: "attune-100", over: "ioredis-100", metric: "p50" },
    { of: "attune-100", over: "ioredis-100", metric: "p99" },
  ],
};

export const sqliteWakeUp: Figure = {
  name: "sqlite-wake-up",
  title: `${title}, by a file`,
  store: "sqlite",
  metrics,
  contenders: [1, 10, 100].map((size) => contender(inFile, size)),
  comparisons: [{ of: "attune-100", over: "attune-1", metric: "p50" }],
  bounds: [{ of: "attune-1", metric: "p99", atMost: 1, judged: "median" }],
};
