/** Sinks that never answer, refuse without saying what, or say it late; loggers and callbacks that throw. */
import { EventStreamer } from "@attune/streams";
import { until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SinkBatch, WriteOutcome } from "../src/index.ts";
import { sinkUnavailable } from "../src/sink-errors.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

const never = new Promise<never>(() => {});

describe("a sink that never settles", () => {
  it("in a write: closing ends within its time, and the next archiver archives what was received", async () => {
    const { archive, publish, sink } = await onMemory();
    sink.gate = never;
    const archiving = archive({ closeTimeoutMs: 50 });
    const run = archiving.run();
    await publish(1, 30);
    await until("it writes", () => sink.writing === 1);
    await archiving.close();
    await run;
    const next = archive({ sink: new ScriptedSink(sink.store) });
    await next.run({ until: "caught up" });
    expect(numbersOf(sink.rows)).toEqual(upTo(30));
  });

  it.each(["open", "position"] as const)("in %s: closing and a signal end it", async (name) => {
    const { archive, sink } = await onMemory();
    Object.defineProperty(sink, name, { value: () => never });
    const archiving = archive();
    const ending = new AbortController();
    const run = archiving.run({ signal: ending.signal });
    ending.abort();
    await run;
    const again = archiving.run();
    await archiving.close();
    await again;
  });
});

it("a write that is told to have failed while it is still under way is not taken for somebody else's", async () => {
  const { archive, publish, warnings } = await onMemory();
  /** The first write of rows is given up, and carried out when the second one has begun. */
  class LateSink extends ScriptedSink {
    #late: SinkBatch | undefined;
    override async write(batch: SinkBatch): Promise<WriteOutcome> {
      if (batch.rows.length === 0) return super.write(batch);
      const late = this.#late;
      this.#late = batch;
      if (!late) throw sinkUnavailable("No answer");
      if (late.afterVersion === batch.afterVersion) await super.write(late);
      return super.write(batch);
    }
  }
  const sink = new LateSink();
  await publish(1, 30);
  const archiving = archive({ sink, batch: { count: 10, waitMs: 5 } });
  await archiving.run({ until: "caught up" });
  expect(numbersOf(sink.rows)).toEqual(upTo(30));
  expect(archiving.progress.archived).toBe(30);
  expect(warnings.filter((one) => one.includes("another archiver"))).toEqual([]);
});

it.each([
  ["none", []],
  ["one that is not there", [{ index: 99, reason: "odd" }]],
])(
  "a sink that refuses, but names %s of the rows, ends the run with ATTUNE_SINK_REFUSED",
  async (_, refusals) => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 3);
    const write = sink.write.bind(sink);
    sink.write = async (batch) => (batch.rows.length === 0 ? write(batch) : { outcome: "refused", refusals });
    await expect(archive().run()).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
  },
);

describe("what the user gives", () => {
  const mistake = () => {
    throw new Error("mistake");
  };

  it("a logger that throws stops nothing", async () => {
    const { archive, publish, sink, transport } = await onMemory();
    const logger = { debug: mistake, info: mistake, warn: mistake, error: mistake };
    sink.failure = sinkUnavailable("The sink is away");
    const archiving = archive({ logger, onProgress: mistake, batch: { count: 10, waitMs: 5 } });
    const run = archiving.run();
    await until("it waits", () => archiving.progress.status === "waiting for the sink");
    sink.failure = undefined;
    await publish(1, 30);
    await until("they are archived", () => archiving.progress.archived === 30);
    // A gap is told by a warning.
    sink.failure = sinkUnavailable("The sink is away");
    await new EventStreamer({ transport, maxLength: 5 }).publishEvents(
      Array.from({ length: 5000 }, (_, n) => ({ eventType: "step", data: { n: n + 31 } })),
    );
    sink.failure = undefined;
    await until(
      "the rest is archived, or missed",
      () => archiving.progress.archived + archiving.progress.missed === 5030,
    );
    await archiving.close();
    await run;
  });

  it("callbacks that reject are told to the logger, and end no process", async () => {
    const { archive, publish, warnings } = await onMemory();
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    await publish(1, 3);
    await archive({ onProgress: async () => mistake() }).run({ until: "caught up" });
    await until("it is told", () => warnings.some((one) => one.includes("onProgress threw: Error: mistake")));
    expect(unhandled).toEqual([]);
  });
});
