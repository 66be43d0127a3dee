/** Appending to a file one event at a time: a transaction each. */
import { type BareLog, barePublisher } from "../contenders/bare-sqlite.ts";
import { appendSample, attunePublisher, inLoops, publishSample } from "../contenders/publishing.ts";
import type { Figure } from "../harness/figure.ts";

const events = 20_000;
/** That of @attune's files. */
const smallPage = 2048;

function insertAll(log: BareLog): void {
  for (let i = 0; i < events; i++) log.insert();
}

export const sqliteAppendOne: Figure = {
  name: "sqlite-append-one",
  title: "one append to a file at a time",
  store: "sqlite",
  metrics: { rate: "events/s" },
  contenders: [
    attunePublisher({ name: "append", label: "attune append" }, events, ({ transport }, eventType) =>
      inLoops(1, events, () => appendSample(transport, eventType)),
    ),
    attunePublisher({ name: "publish", label: "attune publishEvent" }, events, ({ streamer }, eventType) =>
      inLoops(1, events, () => publishSample(streamer, eventType)),
    ),
    barePublisher({ name: "bare", label: "node:sqlite INSERT" }, events, insertAll),
    barePublisher(
      { name: "small", label: "node:sqlite INSERT, pages as attune's", pageSize: smallPage },
      events,
      insertAll,
    ),
  ],
  comparisons: [
    { of: "append", over: "bare", metric: "rate", atLeast: 0.9 },
    { of: "publish", over: "bare", metric: "rate" },
    { of: "append", over: "small", metric: "rate" },
  ],
};
