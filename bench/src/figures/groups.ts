/** Work off a stream as one consumer of a group: each event delivered, its data looked at, and acknowledged. */
import type { EventStreamer } from "@attune/streams";
import { Queue, Worker } from "bullmq";
import { fillStream, fullStream } from "../contenders/full-stream.ts";
import { openRedis, openStreamer } from "../contenders/open-clients.ts";
import { dataOf, type EntryReply, keyOf, type SampleData, sampleData } from "../contenders/sample-event.ts";
import type { Contender, Figure, StoreName } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";

const events = 100_000;
const pageSize = 1000;
const group = "bench";
const inFlight = 100;
/** BullMQ works off fewer per second: enough to measure. */
const jobs = 10_000;

type WorkOff = (streamer: EventStreamer, look: (data: SampleData) => boolean) => Promise<void>;

const byRun =
  (concurrency: number): WorkOff =>
  async (streamer, look) => {
    const consumer = streamer.consumeGroup({ group, eventTypes: [fullStream], concurrency });
    const { promise: all, resolve: done } = Promise.withResolvers<void>();
    const running = consumer.run((event) => {
      if (look(event.data as SampleData)) done();
    });
    await all;
    // Until everything is acknowledged.
    await consumer.close();
    await running;
  };

const byLoop: WorkOff = async (streamer, look) => {
  for await (const event of streamer.consumeGroup({ group, eventTypes: [fullStream] })) {
    if (!look(event.data as SampleData)) continue;
    await event.ack();
    break;
  }
};

function attune(name: string, label: string, store: StoreName, workOff: WorkOff): Contender {
  return {
    name,
    label,
    store,
    async open(setup) {
      const { transport, streamer } = await openStreamer(setup);
      // The figure fills its own store only.
      if (store !== "redis") await fillStream(setup, events);
      return {
        async measure() {
          await transport.groups.delete(fullStream, group);
          const startedAt = performance.now();
          let seen = 0;
          let progress = 0;
          await workOff(streamer, (data) => {
            progress += data.progress;
            return ++seen === events;
          });
          const measured = rate(events, startedAt);
          checkProgress(progress);
          const state = (await transport.groups.states(fullStream)).find((one) => one.group === group);
          if (state?.pending !== 0) throw new Error(`${state?.pending} are not acknowledged`);
          return measured;
        },
        close: () => transport.close(),
      };
    },
  };
}

const bare: Contender = {
  name: "bare",
  label: "ioredis XREADGROUP COUNT 1000, XACK of the page",
  async open(setup) {
    const client = await openRedis(setup);
    const key = keyOf(setup, fullStream);
    return {
      async measure() {
        await client.xgroup("DESTROY", key, "bare");
        await client.xgroup("CREATE", key, "bare", "0");
        const startedAt = performance.now();
        let progress = 0;
        for (let seen = 0; seen < events; ) {
          const reply = await client.xreadgroup("GROUP", "bare", "c", "COUNT", pageSize, "STREAMS", key, ">");
          const entries = (reply as [string, EntryReply[]][])[0]![1];
          for (const entry of entries) progress += dataOf(entry).progress;
          await client.xack(key, "bare", ...entries.map(([id]) => id));
          seen += entries.length;
        }
        const measured = rate(events, startedAt);
        checkProgress(progress);
        return measured;
      },
      close: async () => client.disconnect(),
    };
  },
};

const bullmq: Contender = {
  name: "bullmq",
  label: `BullMQ's Worker, concurrency ${inFlight}, ${jobs.toLocaleString("en")} jobs`,
  async open({ url, prefix }) {
    const { hostname: host, port } = new URL(url);
    const options = {
      connection: { host, port: Number(port), maxRetriesPerRequest: null },
      prefix: `${prefix}bullmq`,
    };
    const queue = new Queue<SampleData>("bench", options);
    return {
      async measure() {
        const batch = Array.from({ length: jobs }, () => ({
          name: "job",
          data: sampleData,
          opts: { removeOnComplete: true },
        }));
        await queue.addBulk(batch);
        let seen = 0;
        const { promise: all, resolve: done } = Promise.withResolvers<void>();
        const startedAt = performance.now();
        const worker = new Worker<SampleData>(
          "bench",
          async ({ data }) => {
            if (data.progress !== 0.5) throw new Error("other data");
          },
          { ...options, concurrency: inFlight },
        );
        worker.on("completed", () => {
          if (++seen === jobs) done();
        });
        await all;
        const measured = rate(jobs, startedAt);
        await worker.close();
        return measured;
      },
      close: () => queue.close(),
    };
  },
};

function checkProgress(progress: number): void {
  if (progress !== events * 0.5) throw new Error(`the data adds up to ${progress}`);
}

export const groups: Figure = {
  name: "groups",
  title: `${events.toLocaleString("en")} events worked off by one consumer of a group, each acknowledged`,
  metrics: { rate: "events/s" },
  prepare: (setup) => fillStream(setup, events),
  contenders: [
    attune("attune", "attune run(), one at a time", "redis", byRun(1)),
    attune("attune-many", `attune run(), ${inFlight} at a time`, "redis", byRun(inFlight)),
    attune("attune-loop", "attune for await", "redis", byLoop),
    attune("attune-file", "attune run(), on a file", "sqlite", byRun(1)),
    bare,
    bullmq,
  ],
  comparisons: [
    { of: "attune", over: "bare", metric: "rate", atLeast: 0.8 },
    { of: "attune-loop", over: "bare", metric: "rate" },
    { of: "attune-many", over: "bullmq", metric: "rate", atLeast: 5 },
  ],
};
