/** The newest 100 events of a type, one request at a time, with every event's data parsed and looked at. */
import { fillStream, fullStream } from "../contenders/full-stream.ts";
import { openRedis, openStreamer } from "../contenders/open-clients.ts";
import { dataOf, type EntryReply, keyOf, type SampleData } from "../contenders/sample-event.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";

const requests = 3000;
const count = 100;

const attune: Contender = {
  name: "attune",
  label: "attune getRecentEvents",
  async open(setup) {
    const { transport, streamer } = await openStreamer(setup);
    return {
      async measure() {
        const startedAt = performance.now();
        let progress = 0;
        for (let i = 0; i < requests; i++) {
          for (const event of await streamer.getRecentEvents(fullStream, { count })) {
            progress += (event.data as SampleData).progress;
          }
        }
        checkProgress(progress);
        return rate(requests, startedAt);
      },
      close: () => transport.close(),
    };
  },
};

const plain: Contender = {
  name: "plain",
  label: "ioredis XREVRANGE + JSON.parse",
  async open(setup) {
    const client = await openRedis(setup);
    const key = keyOf(setup, fullStream);
    return {
      async measure() {
        const startedAt = performance.now();
        let progress = 0;
        for (let i = 0; i < requests; i++) {
          const entries = (await client.xrevrange(key, "+", "-", "COUNT", count)) as EntryReply[];
          for (const entry of entries) progress += dataOf(entry).progress;
        }
        checkProgress(progress);
        return rate(requests, startedAt);
      },
      close: async () => client.disconnect(),
    };
  },
};

function checkProgress(progress: number): void {
  if (progress !== requests * count * 0.5) throw new Error(`the data adds up to ${progress}`);
}

export const history: Figure = {
  name: "history",
  title: `the newest ${count}, one request at a time`,
  metrics: { rate: "requests/s" },
  prepare: (setup) => fillStream(setup, 10_000),
  contenders: [attune, plain],
  comparisons: [{ of: "attune", over: "plain", metric: "rate", atLeast: 0.9 }],
};
