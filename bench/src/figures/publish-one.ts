/** Publishing one event at a time: a round trip each, so this is mostly the price of a round trip. */
import {
  attunePublisher,
  inLoops,
  ioredisInLoops,
  ioredisPublisher,
  publishSample,
} from "../contenders/publishing.ts";
import { xaddCommand } from "../contenders/sample-event.ts";
import type { Figure } from "../harness/figure.ts";
import { redisBenchmarkContender } from "../harness/redis-benchmark.ts";

const events = 10_000;

export const publishOne: Figure = {
  name: "publish-one",
  title: "one publish at a time",
  metrics: { rate: "events/s" },
  contenders: [
    attunePublisher({ label: "attune publishEvent" }, events, ({ streamer }, eventType) =>
      inLoops(1, events, () => publishSample(streamer, eventType)),
    ),
    ioredisPublisher({ name: "plain", label: "ioredis XADD" }, events, ioredisInLoops(1, events)),
    redisBenchmarkContender("redis-benchmark", "redis-benchmark -c 1 -P 1", (setup) => ({
      pipeline: 1,
      requests: events,
      command: xaddCommand(setup, "redis-benchmark"),
    })),
  ],
  comparisons: [
    { of: "attune", over: "plain", metric: "rate", atLeast: 0.95 },
    { of: "attune", over: "redis-benchmark", metric: "rate" },
  ],
};
