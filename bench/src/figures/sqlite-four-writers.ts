/** Four processes that write to one file as fast as they can: who fails, who is held up, who comes off badly. */
import { join } from "node:path";
import { monotonicMs } from "../contenders/stamp.ts";
import type { OpenWriter, WriteOrder, Written } from "../contenders/writer-process.ts";
import type { Contender, Figure } from "../harness/figure.ts";
import { Remote } from "../harness/remote.ts";

const writers = 4;
const ms = 2000;
/** Until all have got their order. */
const headStartMs = 50;

function contender(
  { name, label }: { name: string; label: string },
  kind: OpenWriter["kind"],
  inFlight: number,
): Contender {
  return {
    name,
    label,
    async open(setup) {
      const path = join(import.meta.dirname, "../contenders/writer-process.ts");
      const remotes = Array.from({ length: writers }, () => new Remote(path));
      const url = `sqlite:${join(setup.folder, `${name}.db`)}`;
      // One after the other: the file is made by the first.
      for (const remote of remotes) await remote.call("open", { ...setup, url, kind } satisfies OpenWriter);
      return {
        async measure() {
          const order: WriteOrder = { startAt: monotonicMs() + headStartMs, ms, inFlight };
          const written = await Promise.all(remotes.map((remote) => remote.call<Written>("write", order)));
          const events = written.map((one) => one.events);
          return {
            rate: (sum(events) * 1000) / ms,
            failures: sum(written.map(({ failures }) => failures)),
            blocked: Math.max(...written.map(({ blockedMs }) => blockedMs)),
            fairness: Math.min(...events) / Math.max(...events),
          };
        },
        async close() {
          for (const remote of remotes) await remote[Symbol.asyncDispose]();
        },
      };
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export const sqliteFourWriters: Figure = {
  name: "sqlite-four-writers",
  title: `${writers} processes write to one file for ${ms / 1000} s; the longest block of an event loop, the slowest over the fastest`,
  store: "sqlite",
  metrics: { rate: "events/s", failures: "", blocked: "ms", fairness: "" },
  contenders: [
    contender({ name: "one", label: "attune publishEvent, one at a time" }, "attune", 1),
    contender({ name: "in-flight", label: "attune publishEvent, 100 in flight" }, "attune", 100),
    contender({ name: "bare", label: "node:sqlite INSERT, timeout 5 s" }, "bare", 1),
    contender({ name: "none", label: "the same without writing" }, "none", 1),
  ],
  comparisons: [
    { of: "one", over: "bare", metric: "rate" },
    { of: "in-flight", over: "bare", metric: "rate" },
    { of: "one", over: "none", metric: "blocked" },
  ],
  bounds: ["one", "in-flight"].flatMap((of) => [
    { of, metric: "failures", atMost: 0 },
    { of, metric: "blocked", atMost: 10, judged: "median" as const },
  ]),
};
