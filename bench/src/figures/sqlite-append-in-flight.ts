/** Appending to a file with 100 events in flight: what a busy coordinator does. */
import { barePublisher } from "../contenders/bare-sqlite.ts";
import { appendSample, attunePublisher, inLoops, publishBatches } from "../contenders/publishing.ts";
import type { Figure } from "../harness/figure.ts";

const events = 40_000;
const loops = 100;

export const sqliteAppendInFlight: Figure = {
  name: "sqlite-append-in-flight",
  title: `${loops} loops, each awaiting its append to a file; batches of ${loops}`,
  store: "sqlite",
  metrics: { rate: "events/s" },
  contenders: [
    attunePublisher({ name: "append", label: "attune append" }, events, ({ transport }, eventType) =>
      inLoops(loops, events, () => appendSample(transport, eventType)),
    ),
    attunePublisher(
      { name: "batches", label: `attune publishEvents of ${loops}` },
      events,
      ({ streamer }, eventType) => publishBatches(streamer, eventType, { size: loops, events }),
    ),
    barePublisher({ name: "bare", label: "node:sqlite INSERT, one by one" }, events, (log) => {
      for (let i = 0; i < events; i++) log.insert();
    }),
    barePublisher({ name: "ideal", label: `node:sqlite INSERT, ${loops} a transaction` }, events, (log) => {
      for (let sent = 0; sent < events; sent += loops) {
        log.inTransaction(() => {
          for (let i = 0; i < loops; i++) log.insert();
        });
      }
    }),
  ],
  comparisons: [
    { of: "append", over: "bare", metric: "rate", atLeast: 0.9 },
    { of: "append", over: "ideal", metric: "rate" },
    { of: "batches", over: "ideal", metric: "rate" },
  ],
};
