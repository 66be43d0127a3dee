/** Publishing with 100 events in flight: what a busy coordinator does. */
import {
  attunePublisher,
  inLoops,
  ioredisInLoops,
  ioredisPipelines,
  ioredisPublisher,
  publishSample,
} from "../contenders/publishing.ts";
import { xaddCommand } from "../contenders/sample-event.ts";
import type { Figure } from "../harness/figure.ts";
import { redisBenchmarkContender } from "../harness/redis-benchmark.ts";

const events = 60_000;
const loops = 100;

export const publishInFlight: Figure = {
  name: "publish-in-flight",
  title: `${loops} loops, each awaiting its publish`,
  metrics: { rate: "events/s" },
  contenders: [
    attunePublisher({ label: "attune publishEvent" }, events, ({ streamer }, eventType) =>
      inLoops(loops, events, () => publishSample(streamer, eventType)),
    ),
    ioredisPublisher({ name: "plain", label: "ioredis XADD" }, events, ioredisInLoops(loops, events)),
    ioredisPublisher(
      { name: "pipeline", label: "ioredis pipeline(100)" },
      events,
      ioredisPipelines(loops, events),
    ),
    ioredisPublisher(
      { name: "auto", label: "ioredis enableAutoPipelining", options: { enableAutoPipelining: true } },
      events,
      ioredisInLoops(loops, events),
    ),
    redisBenchmarkContender("redis-benchmark", "redis-benchmark -c 1 -P 100", (setup) => ({
      pipeline: loops,
      requests: 2 * events,
      command: xaddCommand(setup, "redis-benchmark"),
    })),
  ],
  comparisons: [
    { of: "attune", over: "pipeline", metric: "rate", atLeast: 1.2 },
    { of: "attune", over: "redis-benchmark", metric: "rate", atLeast: 0.45 },
    { of: "attune", over: "plain", metric: "rate" },
    { of: "attune", over: "auto", metric: "rate" },
  ],
};
