/** Publishing batches of 100. */
import {
  attunePublisher,
  ioredisPipelines,
  ioredisPublisher,
  publishBatches,
} from "../contenders/publishing.ts";
import type { Figure } from "../harness/figure.ts";

const events = 60_000;
const size = 100;

export const publishBatch: Figure = {
  name: "publish-batch",
  title: `batches of ${size}, one after the other`,
  metrics: { rate: "events/s" },
  contenders: [
    attunePublisher({ label: "attune publishEvents" }, events, ({ streamer }, eventType) =>
      publishBatches(streamer, eventType, { size, events }),
    ),
    ioredisPublisher(
      { name: "pipeline", label: "ioredis pipeline(100)" },
      events,
      ioredisPipelines(size, events),
    ),
  ],
  comparisons: [{ of: "attune", over: "pipeline", metric: "rate", atLeast: 1 }],
};
