/** Publishing batches of 100. */
import { attunePublisher, ioredisPipelines, ioredisPublisher } from "../contenders/publishing.ts";
import { sampleData } from "../contenders/sample-event.ts";
import type { Figure } from "../harness/figure.ts";

const events = 60_000;
const size = 100;

export const publishBatch: Figure = {
  name: "publish-batch",
  title: `batches of ${size}, one after the other`,
  metrics: { rate: "events/s" },
  contenders: [
    attunePublisher("attune publishEvents", events, async (streamer, eventType) => {
      for (let sent = 0; sent < events; sent += size) {
        const batch = Array.from({ length: size }, () => ({ eventType, data: sampleData }));
        if ((await streamer.publishEvents(batch)).includes("")) throw new Error("not stored");
      }
    }),
    ioredisPublisher(
      { name: "pipeline", label: "ioredis pipeline(100)" },
      events,
      ioredisPipelines(size, events),
    ),
  ],
  comparisons: [{ of: "attune", over: "pipeline", metric: "rate", atLeast: 1 }],
};
