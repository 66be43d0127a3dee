/** The archiver on every store: gaps with their numbers, and publishers that hold back. */
import { EventStreamer } from "@attune/streams";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { Archive, type ArchiveOptions } from "../src/index.ts";
import { sinkUnavailable } from "../src/sink-errors.ts";
import { numbersOf, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

onEveryStore("archiving", (store) => {
  async function opened(options: Partial<ArchiveOptions> = {}) {
    const { open } = store();
    const transport = await open();
    const sink = new ScriptedSink();
    const archive = new Archive({ transport, sink, batch: { count: 100, waitMs: 5 }, ...options });
    onTestFinished(() => archive.close());
    let last = 0;
    const publish = async (streamer: EventStreamer, count: number) => {
      for (const end = last + count; last < end; ) {
        const events = Array.from({ length: Math.min(50, end - last) }, () => ({
          eventType: "step",
          data: { n: ++last },
        }));
        expect(await streamer.publishEvents(events)).not.toContain("");
      }
    };
    return { open, transport, sink, archive, publish };
  }

  it("what was trimmed while the sink was away is missed, by its exact number", async () => {
    const { transport, sink, archive, publish } = await opened({ onGap: () => {} });
    const streamer = new EventStreamer({ transport, maxLength: 300 });
    await publish(streamer, 100);
    const run = archive.run();
    await until("the first are archived", () => archive.progress.archived === 100);
    sink.failure = sinkUnavailable("The sink is away");
    await publish(streamer, 5000);
    sink.failure = undefined;
    await until(
      "the rest is archived, or missed",
      () => archive.progress.archived + archive.progress.missed === 5100,
    );
    expect(archive.progress.missed).toBeGreaterThan(1000);
    expect(archive.progress.gapsOfUnknownSize).toBe(0);
    const numbers = numbersOf(sink.rows);
    expect(numbers).toHaveLength(archive.progress.archived);
    expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
    await archive.close();
    await run;
  });

  it("archiveBeforeTrim: publishers hold back while the sink is away, and nothing is missed", async () => {
    const { open, sink, archive, publish } = await opened({
      archiveBeforeTrim: { keep: 200, maxLength: 20_000 },
    });
    const run = archive.run();
    await until("it has begun", () => sink.store.positions.size === 1);
    // Another process, as it were: it has not looked yet.
    const streamer = new EventStreamer({ transport: await open(), maxLength: 300 });
    await publish(streamer, 100);
    await until("they are archived", () => archive.progress.archived === 100);
    sink.failure = sinkUnavailable("The sink is away");
    await publish(streamer, 3000);
    expect((await streamer.getStreamInfo("step"))!.length).toBeGreaterThan(2900);
    sink.failure = undefined;
    await until("all are archived", () => archive.progress.archived === 3100);
    expect(archive.progress.missed).toBe(0);
    expect(numbersOf(sink.rows)).toEqual(upTo(3100));
    await until("it was trimmed", async () => (await streamer.getStreamInfo("step"))!.length <= 400);
    expect((await streamer.getStreamInfo("step"))!.length).toBeGreaterThanOrEqual(200);
    await archive.close();
    await run;
  });
});
