/** 1, 10 and 100 consumers in one process, fed by another process as fast as it can. */
import { attuneFollowers, ioredisFollowers, type OpenFollowers } from "../contenders/following.ts";
import { startPublisher } from "../contenders/publisher.ts";
import type { PublishOrder } from "../contenders/publisher-process.ts";
import type { Contender, Figure } from "../harness/figure.ts";

/** Events per round, by the number of consumers: so many that a round takes some tenths of a second at least. */
const eventsFor = { 1: 50_000, 10: 30_000, 100: 20_000 };
type Consumers = keyof typeof eventsFor;

function contender(kind: string, openFollowers: OpenFollowers, consumers: Consumers): Contender {
  const events = eventsFor[consumers];
  return {
    name: `${kind}-${consumers}`,
    label: `${kind}, ${consumers} ${consumers === 1 ? "consumer" : "consumers"}`,
    async open(setup) {
      const followers = await openFollowers(setup, consumers);
      const publisher = await startPublisher(setup);
      let round = 0;
      return {
        async measure() {
          const eventType = `${kind}-${consumers}-${++round}`;
          let left = consumers * events;
          let progress = 0;
          let finishedAt = 0;
          const { done } = await followers.follow({
            eventType,
            events,
            look(data) {
              progress += data.progress;
              if (--left === 0) finishedAt = performance.now();
            },
          });
          const startedAt = performance.now();
          const order: PublishOrder = { eventType, events };
          await Promise.all([publisher.call("publishFast", order), done]);
          if (progress !== consumers * events * 0.5) throw new Error(`the data adds up to ${progress}`);
          await publisher.call("remove", eventType);
          return { rate: (consumers * events * 1000) / (finishedAt - startedAt) };
        },
        async close() {
          await publisher[Symbol.asyncDispose]();
          await followers.close();
        },
      };
    },
  };
}

const sizes = Object.keys(eventsFor).map(Number) as Consumers[];

export const consumers: Figure = {
  name: "consumers",
  title: "consumers in one process, publisher in another, at full speed",
  metrics: { rate: "deliveries/s" },
  contenders: sizes.flatMap((size) => [
    contender("attune", attuneFollowers, size),
    contender("ioredis", ioredisFollowers, size),
  ]),
  comparisons: [
    { of: "attune-1", over: "ioredis-1", metric: "rate" },
    { of: "attune-10", over: "ioredis-10", metric: "rate" },
    { of: "attune-100", over: "ioredis-100", metric: "rate", atLeast: 12 },
  ],
};
