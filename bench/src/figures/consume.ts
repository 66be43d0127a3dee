/** Reading a long stream from its beginning, with every event's data parsed and looked at. */
import { fillStream, fullStream } from "../contenders/full-stream.ts";
import { openRedis, openStreamer } from "../contenders/open-clients.ts";
import { dataOf, type EntryReply, keyOf, type SampleData } from "../contenders/sample-event.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { redisBenchmarkContender } from "../harness/redis-benchmark.ts";
import { rate } from "../harness/statistics.ts";

const events = 100_000;
const pageSize = 1000;

const attune: Contender = {
  name: "attune",
  label: "attune consumeEvents",
  async open(setup) {
    const { transport, streamer } = await openStreamer(setup);
    return {
      async measure() {
        const startedAt = performance.now();
        let seen = 0;
        let progress = 0;
        for await (const event of streamer.consumeEvents({ eventTypes: [fullStream], from: "beginning" })) {
          progress += (event.data as SampleData).progress;
          if (++seen === events) break;
        }
        checkProgress(progress);
        return rate(events, startedAt);
      },
      close: () => transport.close(),
    };
  },
};

/** `ahead`: asks for the next page before it parses this one. */
function ioredisReader(name: string, label: string, ahead: boolean): Contender {
  return {
    name,
    label,
    async open(setup) {
      const client = await openRedis(setup);
      const key = keyOf(setup, fullStream);
      const readAfter = async (id: string) => {
        const reply = await client.xread("COUNT", pageSize, "STREAMS", key, id);
        return (reply?.[0]?.[1] ?? []) as EntryReply[];
      };
      return {
        async measure() {
          const startedAt = performance.now();
          let progress = 0;
          let reading = readAfter("0-0");
          for (let seen = 0; seen < events; ) {
            const entries = await reading;
            seen += entries.length;
            const lastId = entries.at(-1)![0];
            if (ahead && seen < events) reading = readAfter(lastId);
            for (const entry of entries) progress += dataOf(entry).progress;
            if (!ahead && seen < events) reading = readAfter(lastId);
          }
          checkProgress(progress);
          return rate(events, startedAt);
        },
        close: async () => client.disconnect(),
      };
    },
  };
}

function checkProgress(progress: number): void {
  if (progress !== events * 0.5) throw new Error(`the data adds up to ${progress}`);
}

export const consume: Figure = {
  name: "consume",
  title: `${events.toLocaleString("en")} entries from the beginning, decoded`,
  metrics: { rate: "events/s" },
  prepare: (setup) => fillStream(setup, events),
  contenders: [
    attune,
    ioredisReader("plain", "ioredis XREAD COUNT 1000", false),
    ioredisReader("ahead", "ioredis XREAD COUNT 1000, one page ahead", true),
    redisBenchmarkContender(
      "redis-benchmark",
      "redis-benchmark XREAD COUNT 1000 -c 1",
      (setup) => ({
        pipeline: 1,
        requests: 500,
        command: ["XREAD", "COUNT", String(pageSize), "STREAMS", keyOf(setup, fullStream), "0-0"],
      }),
      pageSize,
    ),
  ],
  comparisons: [
    { of: "attune", over: "redis-benchmark", metric: "rate", atLeast: 0.65 },
    { of: "attune", over: "plain", metric: "rate" },
    { of: "attune", over: "ahead", metric: "rate" },
  ],
};
