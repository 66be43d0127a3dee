/** The hold of an archive in adverse circumstances: other archives beside it, a store or a sink that is away, archivers that stop. */
import { EventStreamer, trimHoldsBucket } from "@attune/streams";
import { AttuneError, type Transport, transportWith } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, onEveryStore, until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import { Archive, type ArchiveOptions } from "../src/index.ts";
import { sinkUnavailable } from "../src/sink-errors.ts";
import { hurried } from "./support/hurried.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

/** A sink at a location of its own. */
function sinkAt(location: string): ScriptedSink {
  const sink = new ScriptedSink();
  Object.defineProperty(sink, "location", { value: location });
  return sink;
}

async function holdsOn({ records }: Transport) {
  const { records: found } = await records.list({ bucket: trimHoldsBucket, from: null, count: 100 });
  return found.filter(({ leaseMs }) => leaseMs !== null && leaseMs > 0).map(({ value }) => JSON.parse(value));
}

onEveryStore("several archives of one stream", (store) => {
  async function two(options: Partial<ArchiveOptions>) {
    const transport = await store().open();
    const streamer = new EventStreamer({ transport, maxLength: 100_000 });
    let last = 0;
    const publish = async (count: number) => {
      for (const end = last + count; last < end; ) {
        const events = Array.from({ length: 100 }, () => ({ eventType: "step", data: { n: ++last } }));
        expect(await streamer.publishEvents(events)).not.toContain("");
      }
    };
    const archive = (sink: ScriptedSink, more: Partial<ArchiveOptions> = {}) => {
      const made = new Archive({
        transport: hurried(transport),
        sink,
        batch: { count: 100, waitMs: 50 },
        ...options,
        ...more,
      });
      onTestFinished(() => made.close());
      return made;
    };
    const length = async () => (await streamer.getStreamInfo("step"))!.length;
    return { transport, streamer, publish, archive, length };
  }

  it("what the quick one has archived is trimmed only once the slow one has it too", async () => {
    const { publish, archive, length } = await two({ archiveBeforeTrim: { keep: 100, maxLength: 50_000 } });
    // Both have the same name: it is their sinks that make them two.
    const quickSink = sinkAt("quick");
    const slowSink = sinkAt("slow");
    const quick = archive(quickSink);
    const slow = archive(slowSink);
    const runs = [quick.run(), slow.run()];
    await until(
      "both have begun",
      () => quickSink.store.positions.size + slowSink.store.positions.size === 2,
    );
    await publish(500);
    await until("both have them", () => quick.progress.archived + slow.progress.archived === 1000);
    await until("they are trimmed", async () => (await length()) <= 200);
    slowSink.failure = sinkUnavailable("The slow sink is away");
    await publish(1000);
    await until("the quick one has them", () => quick.progress.archived === 1500);
    await publish(100);
    await until("the quick one has those too", () => quick.progress.archived === 1600);
    expect(await length()).toBeGreaterThanOrEqual(1100);
    slowSink.failure = undefined;
    await until("the slow one has them", () => slow.progress.archived === 1600, 20_000);
    expect(slow.progress.missed).toBe(0);
    expect(numbersOf(slowSink.rows)).toEqual(upTo(1600));
    await until("they are trimmed", async () => (await length()) <= 200);
    await Promise.all([quick.close(), slow.close()]);
    await Promise.all(runs);
  });

  it("a damaged hold keeps nothing from being trimmed, one that is whole does", async () => {
    const { transport, publish, archive, length } = await two({
      archiveBeforeTrim: { keep: 100, maxLength: 50_000 },
    });
    const whole = { archive_id: "other", event_types: null, max_length: 50_000, keep: 1, archived: {} };
    const put = (key: string, value: unknown) =>
      transport.records.put({
        bucket: trimHoldsBucket,
        key,
        value: JSON.stringify(value),
        leaseMs: 60_000,
        keepMs: 0,
      });
    await put("other", whole);
    await put("damaged keep", { ...whole, archive_id: "a", keep: "900" });
    await put("damaged ids", { ...whole, archive_id: "b", archived: { step: 5 } });
    await put("damaged types", { ...whole, archive_id: "c", event_types: "step" });
    const archiving = archive(sinkAt("one"));
    const run = archiving.run();
    await publish(1000);
    await until("it has them", () => archiving.progress.archived === 1000);
    await until("it tells how far it is", async () =>
      (await holdsOn(transport)).some(({ archived }) => archived?.step),
    );
    expect(await length()).toBe(1000);
    await transport.records.delete(trimHoldsBucket, "other");
    await until("they are trimmed", async () => (await length()) <= 200);
    await archiving.close();
    await run;
  });

  it("each keeps what the other wants to stay, and a crashed one's hold ends with its lease", async () => {
    const { transport, publish, archive, length } = await two({});
    const few = archive(sinkAt("few"), { archiveBeforeTrim: { keep: 100, maxLength: 50_000 } });
    const many = archive(sinkAt("many"), { archiveBeforeTrim: { keep: 600, maxLength: 50_000 } });
    const runs = [few.run(), many.run()];
    await until("both hold", async () => (await holdsOn(transport)).length === 2);
    await publish(1500);
    await until("both have them", () => few.progress.archived + many.progress.archived === 3000);
    await until("they are trimmed", async () => (await length()) <= 800);
    expect(await length()).toBeGreaterThanOrEqual(600);
    await many.close();
    // One that was killed.
    const value = JSON.stringify({ archive_id: "dead", event_types: null, max_length: 50_000, keep: 1 });
    const putDead = (leaseMs: number) =>
      transport.records.put({ bucket: trimHoldsBucket, key: "dead", value, leaseMs, keepMs: 0 });
    await putDead(60_000);
    await publish(500);
    await until("it has them", () => few.progress.archived === 2000);
    expect(await length()).toBeGreaterThanOrEqual(1000);
    await putDead(200); // for the last time
    await until("its lease has run out", async () => (await length()) <= 200);
    await few.close();
    await Promise.all(runs);
  });
});

describe("the record", () => {
  it("of the one that stands by stays when the other one stops", async () => {
    const { transport, archive, publish, sink } = await onMemory();
    const options = {
      archiveBeforeTrim: { keep: 100, maxLength: 5000 },
      takeOverMs: 100,
      batch: { count: 100, waitMs: 5 },
    };
    const other = new ScriptedSink(sink.store);
    const archives = [archive(options), archive({ ...options, sink: other })];
    const runs = archives.map((one) => one.run());
    let published = 0;
    await until("one stands by", async () => {
      await publish(published + 1, ++published);
      return archives.some(({ progress }) => progress.status === "standing by");
    });
    expect(await holdsOn(transport)).toHaveLength(2);
    const stopping = archives.findIndex(({ progress }) => progress.status !== "standing by");
    await archives[stopping]!.close();
    expect(await holdsOn(transport)).toHaveLength(1);
    await publish(published + 1, published + 500);
    await until("the other takes over", () => sink.rows.length === published + 500);
    // What the one that stopped had archived does not keep the other one from trimming.
    await until("it trims", async () => (await transport.streams.states(["step"]))[0]!.length <= 200);
    await archives[1 - stopping]!.close();
    await Promise.all(runs);
    expect(await holdsOn(transport)).toEqual([]);
  });

  it("is there also while the sink is away from the beginning", async () => {
    const { transport, archive, sink } = await onMemory();
    sink.failure = sinkUnavailable("The sink is away");
    const archiving = archive({ archiveBeforeTrim: { keep: 1, maxLength: 5000 } });
    const run = archiving.run();
    await until("it waits", () => archiving.progress.status === "waiting for the sink");
    expect(await holdsOn(transport)).toMatchObject([{ max_length: 5000, event_types: null }]);
    await archiving.close();
    await run;
  });

  it("is renewed, is put again after a store that did not take it, and ends with its lease", async () => {
    const clock = manualClock();
    const plain = await createMemoryTransport({
      store: new MemoryStore({ clock }),
      clock,
      onUnavailable: "throw",
    });
    onTestFinished(() => plain.close());
    let isRefusing = true;
    const transport = transportWith(plain, {
      records: {
        ...plain.records,
        put: async (request) => {
          if (isRefusing) throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.");
          return plain.records.put(request);
        },
      },
    });
    const sink = new ScriptedSink();
    const archiving = new Archive({ transport, sink, archiveBeforeTrim: { keep: 1, maxLength: 5000 } });
    const run = archiving.run();
    await until("it has begun", () => sink.store.positions.size === 1);
    expect(await holdsOn(plain)).toEqual([]);
    isRefusing = false;
    await clock.advance(2000);
    await until("it is put", async () => (await holdsOn(plain)).length === 1);
    for (let minute = 0; minute < 30; minute++) {
      await clock.advance(60_000);
      await until("it is there", async () => (await holdsOn(plain)).length === 1);
    }
    // As of an archive that was killed: nothing renews it.
    isRefusing = true;
    await clock.advance(601_000);
    expect(await holdsOn(plain)).toEqual([]);
    const closing = archiving.close();
    await clock.advance(20_000);
    await closing;
    await run;
  });

  it("is renewed also after a mistake in between, which is told once", async () => {
    const clock = manualClock();
    const plain = await createMemoryTransport({ store: new MemoryStore({ clock }), clock });
    onTestFinished(() => plain.close());
    let mistakes = 0;
    let isMistaken = false;
    const transport = transportWith(plain, {
      records: {
        ...plain.records,
        put: async (request) => {
          if (!isMistaken) return plain.records.put(request);
          mistakes++;
          throw new TypeError("Something is not a function");
        },
      },
    });
    const sink = new ScriptedSink();
    const told: string[] = [];
    const logger = { ...loggerInto([]), error: (message: string) => void told.push(message) };
    const archiveBeforeTrim = { keep: 1, maxLength: 5000 };
    const archiving = new Archive({ transport, sink, archiveBeforeTrim, logger });
    onTestFinished(() => archiving.close());
    const run = archiving.run();
    await until("it has begun", () => sink.store.positions.size === 1);
    isMistaken = true;
    await until("it was tried twice", async () => {
      await clock.advance(30_000);
      return mistakes >= 2;
    });
    expect(told).toEqual([
      'attune: Archive "archive": holding back the trimming failed: Something is not a function',
    ]);
    isMistaken = false;
    await clock.advance(601_000);
    await until("it is there", async () => (await holdsOn(plain)).length === 1);
    const closing = archiving.close();
    await clock.advance(20_000);
    await closing;
    await run;
  });

  it("types that a changed archive does not follow any more are not trimmed by it", async () => {
    const { transport, archive, publish } = await onMemory();
    const archiveBeforeTrim = { keep: 10, maxLength: 5000 };
    await publish(1, 500, "a");
    await archive().run({ until: "caught up" });
    await publish(501, 1000, "a");
    await publish(1, 500, "b");
    const changed = archive({ eventTypes: ["b"], archiveBeforeTrim, batch: { count: 100, waitMs: 5 } });
    await changed.run({ until: "caught up" });
    const lengths = (await transport.streams.states(["a", "b"])).map(({ length }) => length);
    expect(lengths[0]).toBe(1000);
    expect(lengths[1]).toBeLessThan(200);
  });
});
