/** `attune events --follow` over a long stream, against a program that consumes the same and prints nothing. */
import { buildCli, linesOfCli } from "../contenders/cli-process.ts";
import { fillStream, fullStream } from "../contenders/full-stream.ts";
import { openStreamer } from "../contenders/open-clients.ts";
import type { SampleData } from "../contenders/sample-event.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { rate } from "../harness/statistics.ts";

const events = 100_000;

const consumer: Contender = {
  name: "consume",
  label: "consumeEvents, data parsed",
  async open(setup) {
    const { transport, streamer } = await openStreamer(setup);
    return {
      async measure() {
        let startedAt: number | undefined;
        let seen = 0;
        let progress = 0;
        for await (const event of streamer.consumeEvents({ eventTypes: [fullStream], from: "beginning" })) {
          startedAt ??= performance.now();
          progress += (event.data as SampleData).progress;
          if (++seen === events) break;
        }
        if (progress !== events * 0.5) throw new Error(`the data adds up to ${progress}`);
        return rate(events, startedAt!);
      },
      close: () => transport.close(),
    };
  },
};

function follower(name: string, ...options: readonly string[]): Contender {
  return {
    name,
    label: `attune events --follow ${options.join(" ")}`.trimEnd(),
    async open({ url, prefix }) {
      const args = ["events", "--follow", "--since", "1d", "--type", fullStream, "--count", String(events)];
      return {
        async measure() {
          const { lines, ms } = await linesOfCli([...args, "--url", url, "--prefix", prefix, ...options]);
          if (lines !== events) throw new Error(`${lines} lines`);
          return { rate: events / (ms / 1000) };
        },
        async close() {},
      };
    },
  };
}

function figure(name: string, store: "redis" | "sqlite"): Figure {
  return {
    name,
    title: `${events.toLocaleString("en")} events followed from the beginning, from the first one to the last`,
    store,
    metrics: { rate: "events/s" },
    async prepare(setup) {
      await buildCli();
      await fillStream(setup, events);
    },
    contenders: [consumer, follower("json", "--json"), follower("text")],
    comparisons: [
      { of: "json", over: "consume", metric: "rate", atLeast: 0.5 },
      { of: "text", over: "consume", metric: "rate", atLeast: 0.5 },
    ],
  };
}

export const cliFollow = figure("cli-follow", "redis");
export const sqliteCliFollow = figure("sqlite-cli-follow", "sqlite");
