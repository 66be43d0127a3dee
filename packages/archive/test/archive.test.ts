/** The archiver against a sink that is slow, away, refusing, lossy or taken by somebody else. */
import { setTimeout as pause } from "node:timers/promises";
import { DeadLetters, EventStreamer, trimHoldsBucket } from "@attune/streams";
import { Degradation } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { describe, expect, it } from "vitest";
import { type ArchiveProgress, queryArchive } from "../src/index.ts";
import { sinkRefused, sinkUnavailable } from "../src/sink-errors.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";
import { ScriptedSink } from "./support/scripted-sink.ts";

describe("archiving", () => {
  it("what the streams hold, and what is published later, of all types, is archived once and in order", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 2500);
    const archiving = archive();
    const run = archiving.run();
    await publish(2501, 3000);
    await publish(3001, 3010, "new type");
    await until("all are archived", () => archiving.progress.archived === 3010);
    expect(numbersOf(sink.rows.filter(({ eventType }) => eventType === "step"))).toEqual(upTo(3000));
    expect(numbersOf(sink.rows.filter(({ eventType }) => eventType === "new type"))).toEqual(
      upTo(10).map((n) => n + 3000),
    );
    expect(archiving.progress).toMatchObject({
      refused: 0,
      missed: 0,
      retries: 0,
      waiting: 0,
      lagMs: 0,
      lastError: null,
    });
    await archiving.close();
    await run;
    expect(archiving.progress.status).toBe("closed");
  });

  it("until caught up: ends once what was there when it began is archived", async () => {
    const { archive, publish, sink } = await onMemory();
    await archive().run({ until: "caught up" });
    expect(sink.rows).toEqual([]);
    await publish(1, 1234);
    await publish(1, 5, "other");
    const archiving = archive();
    await archiving.run({ until: "caught up" });
    expect(sink.rows).toHaveLength(1239);
    await archiving.run({ until: "caught up" });
    expect(sink.rows).toHaveLength(1239);
  });

  it("until caught up: does not wait for what is deleted meanwhile", async () => {
    const { archive, publish, sink, streamer } = await onMemory();
    await publish(1, 3, "kept");
    await publish(1, 5000, "deleted");
    sink.gate = until(
      "the stream is deleted",
      async () => (await streamer.getStreamInfo("deleted")) === null,
    );
    const run = archive({ batch: { count: 10, waitMs: 5 } }).run({ until: "caught up" });
    await streamer.deleteStream("deleted");
    await run;
    expect(sink.rows.filter(({ eventType }) => eventType === "kept")).toHaveLength(3);
  });

  it("another archiver of the same name goes on from where the one before ended", async () => {
    const { archive, publish, sink } = await onMemory();
    for (let round = 0; round < 5; round++) {
      await publish(round * 100 + 1, round * 100 + 100);
      const archiving = archive();
      await archiving.run({ until: "caught up" });
      expect(archiving.progress.archived).toBe(100);
      await archiving.close();
    }
    expect(numbersOf(sink.rows)).toEqual(upTo(500));
  });

  it("from now: begins at the end, and goes on from there also when it died before the first event", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 10);
    const first = archive({ from: "now" });
    const run = first.run();
    await until("its position is stored", () => sink.store.positions.size === 1);
    await first.close();
    await run;
    await publish(11, 20);
    const second = archive({ from: "now" });
    await second.run({ until: "caught up" });
    expect(numbersOf(sink.rows)).toEqual(upTo(20).slice(10));
  });

  it("only the types it is given", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 10, "a");
    await publish(11, 20, "b");
    await archive({ eventTypes: ["b"] }).run({ until: "caught up" });
    expect(numbersOf(sink.rows)).toEqual(upTo(20).slice(10));
  });

  it("batches by count, bytes and time", async () => {
    const { archive, publish, sink, streamer } = await onMemory();
    await publish(1, 1000);
    await archive({ name: "count", batch: { count: 300, waitMs: 5 } }).run({ until: "caught up" });
    const sizes = () =>
      sink.writes
        .splice(0)
        .map(({ rows }) => rows.length)
        .filter((size) => size > 0);
    expect(sizes()).toEqual([300, 300, 300, 100]);
    await streamer.deleteStream("step");
    for (let n = 0; n < 6; n++) await streamer.publishEvent("large", "x".repeat(1500));
    await streamer.publishEvent("large", "x".repeat(50_000));
    await streamer.publishEvent("large", 1);
    await archive({ name: "bytes", batch: { bytes: 4000, waitMs: 5 } }).run({ until: "caught up" });
    expect(sizes()).toEqual([2, 2, 2, 1, 1]);
    const slow = archive({ name: "time", from: "now", batch: { waitMs: 100 } });
    const run = slow.run();
    await until("it has begun", () => sink.store.positions.has("time"));
    await publish(1, 1);
    await publish(2, 2);
    await until("both are archived", () => slow.progress.archived === 2);
    expect(slow.progress.batches).toBe(1);
    await slow.close();
    await run;
  });

  it("tells how it is doing", async () => {
    const { archive, publish } = await onMemory();
    await publish(1, 1500);
    const seen: ArchiveProgress[] = [];
    const archiving = archive({
      batch: { count: 1000, waitMs: 5 },
      onProgress: (progress) => void seen.push(progress),
    });
    expect(archiving.progress.status).toBe("not started");
    await archiving.run({ until: "caught up" });
    await archiving.close();
    expect(seen.map(({ archived }) => archived)).toContain(1000);
    expect(seen.at(-1)).toMatchObject({ status: "closed", archived: 1500, batches: 2, bytes: 13_893 });
    expect(seen.map(({ status }) => status)).toContain("running");
  });
});

describe("a slow sink", () => {
  it("one batch is written and one waits, not more, and nothing is lost", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 9000);
    const { promise, resolve } = Promise.withResolvers<void>();
    sink.gate = promise;
    const archiving = archive({ batch: { count: 100, waitMs: 5 } });
    const run = archiving.run();
    await until("two batches wait", () => archiving.progress.waiting >= 200);
    for (let look = 0; look < 20; look++) {
      expect(archiving.progress.waiting).toBeLessThanOrEqual(200);
      await pause(5);
    }
    expect(archiving.progress.lagMs).toBeGreaterThan(0);
    resolve();
    await until("all are archived", () => archiving.progress.archived === 9000);
    expect(sink.mostAtOnce).toBe(1);
    expect(numbersOf(sink.rows)).toEqual(upTo(9000));
    await archiving.close();
    await run;
  });
});

describe("a sink that is away", () => {
  it("events wait, with one warning and one when it is over, and nothing is skipped or doubled", async () => {
    const { archive, publish, sink, warnings } = await onMemory();
    sink.failure = sinkUnavailable("The sink is away");
    const archiving = archive();
    const run = archiving.run();
    await until("it waits", () => archiving.progress.status === "waiting for the sink");
    sink.failure = undefined;
    await publish(1, 100);
    await until("they are archived", () => archiving.progress.archived === 100);
    expect(archiving.progress).toMatchObject({ status: "running", lastError: "The sink is away." });
    sink.failure = sinkUnavailable("The sink is away");
    await publish(101, 300);
    await until("it tries", () => archiving.progress.retries >= 2);
    expect(archiving.progress.status).toBe("waiting for the sink");
    expect(warnings.filter((one) => one.includes("is away"))).toHaveLength(2);
    sink.failure = undefined;
    await until("all are archived", () => archiving.progress.archived === 300);
    expect(numbersOf(sink.rows)).toEqual(upTo(300));
    expect(warnings).toEqual([
      'attune: Archive "archive": The sink is away. Events wait until it works again.',
      'attune: Archive "archive": the sink at memory works again.',
      'attune: Archive "archive": The sink is away. Events wait until it works again.',
      'attune: Archive "archive": the sink at memory works again.',
    ]);
    await archiving.close();
    await run;
  });

  it("a write whose answer was lost is not written twice", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 500);
    sink.lostAnswers = 3;
    const archiving = archive({ batch: { count: 100, waitMs: 5 } });
    await archiving.run({ until: "caught up" });
    expect(sink.writes.flatMap(({ rows }) => numbersOf(rows))).toEqual(upTo(500));
    expect(archiving.progress).toMatchObject({ archived: 500, retries: 3 });
  });

  it("what was trimmed meanwhile is told with its number", async () => {
    const { transport, archive, publish, sink, warnings } = await onMemory();
    const trimming = new EventStreamer({ transport, maxLength: 1000 });
    await publish(1, 10);
    const archiving = archive({ batch: { count: 10, waitMs: 5 } });
    const run = archiving.run();
    await until("the first are archived", () => archiving.progress.archived === 10);
    sink.failure = sinkUnavailable("The sink is away");
    for (let batch = 0; batch < 60; batch++) {
      await trimming.publishEvents(
        Array.from({ length: 500 }, (_, n) => ({ eventType: "step", data: { n: batch * 500 + n } })),
      );
    }
    sink.failure = undefined;
    await until(
      "what is left is archived",
      () => archiving.progress.archived + archiving.progress.missed === 30_010,
    );
    const { missed } = archiving.progress;
    expect(missed).toBeGreaterThan(20_000);
    expect(sink.rows).toHaveLength(30_010 - missed);
    expect(warnings.filter((one) => one.includes(`${missed} events of "step" were gone`))).toHaveLength(1);
    await archiving.close();
    await run;
  });

  it("closing while it is away ends in bounded time, and what was received is archived by the next one", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 50);
    const archiving = archive({ closeTimeoutMs: 50 });
    const run = archiving.run();
    await until("they are archived", () => archiving.progress.archived === 50);
    sink.failure = sinkUnavailable("The sink is away");
    await publish(51, 80);
    await until("it waits", () => archiving.progress.status === "waiting for the sink");
    await Promise.all([archiving.close(), archiving.close()]);
    await run;
    sink.failure = undefined;
    await archive().run({ until: "caught up" });
    expect(numbersOf(sink.rows)).toEqual(upTo(80));
  });

  it("one that will never take anything ends the run with ATTUNE_SINK_REFUSED", async () => {
    const { archive, publish, sink } = await onMemory();
    const archiving = archive();
    const run = archiving.run();
    await until("it has begun", () => sink.store.positions.size === 1);
    sink.failure = sinkRefused("permission denied for table events");
    await publish(1, 1);
    await expect(run).rejects.toMatchObject({ code: "ATTUNE_SINK_REFUSED" });
    expect(archiving.progress.lastError).toBe("permission denied for table events.");
    sink.failure = undefined;
    await archiving.run({ until: "caught up" });
    expect(numbersOf(sink.rows)).toEqual([1]);
  });
});

describe("closing", () => {
  it("writes what was received", async () => {
    const { archive, publish, sink } = await onMemory();
    const archiving = archive({ batch: { waitMs: 60_000 } });
    const run = archiving.run();
    await until("it has begun", () => sink.store.positions.size === 1);
    await publish(1, 70);
    await until("they are received", () => archiving.progress.waiting === 70);
    await archiving.close();
    await run;
    expect(numbersOf(sink.rows)).toEqual(upTo(70));
    await expect(archiving.run()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
  });

  it("a signal ends a run, and the archive can be run again", async () => {
    const { archive, publish, sink } = await onMemory();
    const archiving = archive();
    const ending = new AbortController();
    const run = archiving.run({ signal: ending.signal });
    await publish(1, 10);
    await until("they are archived", () => archiving.progress.archived === 10);
    await expect(archiving.run()).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
    ending.abort();
    await run;
    await publish(11, 20);
    await archiving.run({ signal: AbortSignal.abort() });
    expect(sink.rows).toHaveLength(10);
    await archiving.run({ until: "caught up" });
    expect(numbersOf(sink.rows)).toEqual(upTo(20));
  });

  it("a transport that is closed under it ends the run with ATTUNE_TRANSPORT_CLOSED", async () => {
    const { transport, archive, sink } = await onMemory();
    const run = archive().run();
    await until("it has begun", () => sink.store.positions.size === 1);
    await transport.close();
    await expect(run).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
  });
});

describe("two archivers of one name", () => {
  it("one stands by, takes over when the other stops, and every event is there once", async () => {
    const { transport, archive, publish, sink, warnings } = await onMemory();
    const otherSink = new ScriptedSink(sink.store);
    const first = archive({ takeOverMs: 200 });
    const second = archive({ takeOverMs: 200, sink: otherSink });
    const ending = new AbortController();
    const runs = [first.run({ signal: ending.signal }), second.run()];
    const statuses = () => [first, second].map(({ progress }) => progress.status).sort();
    let published = 0;
    await until("one stands by", async () => {
      await publish(published + 1, published + 5);
      published += 5;
      return statuses().join() === "running,standing by";
    });
    const isFirstRunning = first.progress.status === "running";
    if (isFirstRunning) {
      ending.abort();
      await runs[0];
    } else {
      await second.close();
      await runs[1];
    }
    const survivor = isFirstRunning ? second : first;
    await publish(published + 1, published + 100);
    published += 100;
    await until("the other takes over", () => sink.rows.length === published);
    expect(survivor.progress.status).toBe("running");
    expect(numbersOf(sink.rows)).toEqual(upTo(published));
    const written = [...sink.writes, ...otherSink.writes].flatMap(({ rows }) => rows.length);
    expect(written.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(published);
    expect(warnings.filter((one) => one.includes("another archiver of this name"))).toHaveLength(1);
    expect(transport.status).toBe("available");
    await survivor.close();
    await Promise.all(runs);
  });
});

describe("rows that the sink cannot hold", () => {
  it("go to the dead letters with the reason, and the others are archived", async () => {
    const { transport, archive, publish, sink } = await onMemory();
    await publish(1, 1000);
    sink.refuses = ({ data }) => JSON.parse(data).n % 100 === 0;
    const archiving = archive({ batch: { count: 300, waitMs: 5 } });
    await archiving.run({ until: "caught up" });
    expect(archiving.progress).toMatchObject({ archived: 990, refused: 10 });
    expect(numbersOf(sink.rows)).toEqual(upTo(1000).filter((n) => n % 100 !== 0));
    const letters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
    const kept = await letters.list({ group: "archive:archive" }, 100);
    expect(kept.map(({ data }) => (data as { n: number }).n)).toEqual(upTo(10).map((n) => n * 100));
    expect(kept[0]).toMatchObject({ eventType: "step", error: "it is odd" });

    sink.refuses = ({ data }) => JSON.parse(data).n === 300;
    expect(await archiving.replayDeadLetters()).toEqual({ replayed: 9, left: 1 });
    sink.refuses = () => false;
    expect(await archiving.replayDeadLetters()).toEqual({ replayed: 1, left: 0 });
    expect(await archiving.replayDeadLetters()).toEqual({ replayed: 0, left: 0 });
    expect(numbersOf(sink.rows).sort((one, other) => one - other)).toEqual(upTo(1000));
  });

  it("a batch of nothing else moves the position", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 10);
    sink.refuses = () => true;
    await archive().run({ until: "caught up" });
    sink.refuses = () => false;
    const archiving = archive();
    await archiving.run({ until: "caught up" });
    expect(archiving.progress.archived).toBe(0);
    expect(sink.rows).toEqual([]);
  });

  it("an entry of a time that no calendar knows goes to the dead letters", async () => {
    const { transport, archive, sink } = await onMemory();
    const entry = { eventType: "step", data: "1", source: "a", maxLength: 100, idempotencyKey: undefined };
    await transport.streams.append([
      { ...entry, timestamp: "9999-12-31T23:30:00-05:00" },
      { ...entry, timestamp: "2026-01-01T00:00:00Z" },
    ]);
    const archiving = archive();
    await archiving.run({ until: "caught up" });
    expect(archiving.progress).toMatchObject({ archived: 1, refused: 1 });
    expect(sink.rows).toHaveLength(1);
  });
});

describe("archiveBeforeTrim", () => {
  it("holds publishers back with a record, trims what is archived, never what is not, and removes the record", async () => {
    const { transport, archive, publish, sink, streamer } = await onMemory();
    const archiving = archive({
      batch: { count: 100, waitMs: 5 },
      archiveBeforeTrim: { keep: 500, maxLength: 50_000 },
      eventTypes: ["step"],
    });
    const run = archiving.run();
    await until("it has begun", () => sink.store.positions.size === 1);
    const holds = async () =>
      (await transport.records.list({ bucket: trimHoldsBucket, from: null, count: 100 })).records;
    const [hold] = await holds();
    expect(JSON.parse(hold!.value)).toMatchObject({
      archive: "archive",
      event_types: ["step"],
      max_length: 50_000,
      keep: 500,
    });
    expect(hold!.leaseMs).toBeGreaterThan(500_000);
    await publish(1, 3000);
    await until("all are archived", () => archiving.progress.archived === 3000);
    await until("it was trimmed", async () => (await streamer.getStreamInfo("step"))!.length <= 650);
    expect((await streamer.getStreamInfo("step"))!.length).toBeGreaterThanOrEqual(500);

    sink.failure = sinkUnavailable("The sink is away");
    await publish(3001, 8000);
    await until("it waits", () => archiving.progress.status === "waiting for the sink");
    expect((await streamer.getStreamInfo("step"))!.length).toBeGreaterThanOrEqual(5000);
    sink.failure = undefined;
    await until("all are archived", () => archiving.progress.archived === 8000);
    await until("it was trimmed", async () => (await streamer.getStreamInfo("step"))!.length <= 650);
    expect(numbersOf(sink.rows)).toEqual(upTo(8000));
    expect(archiving.progress.missed).toBe(0);
    await archiving.close();
    await run;
    expect(await holds()).toEqual([]);
  });
});

describe("options", () => {
  it("bad ones throw ATTUNE_ARGUMENT_INVALID", async () => {
    const { archive } = await onMemory();
    const bad = [
      { sink: {} as never },
      { name: "" },
      { eventTypes: [] },
      { from: "yesterday" as never },
      { batch: { count: 0 } },
      { batch: { bytes: 1 } },
      { batch: { waitMs: -1 } },
      { takeOverMs: 1 },
      { archiveBeforeTrim: { keep: 0, maxLength: 1 } },
      { archiveBeforeTrim: { keep: 10, maxLength: 5 } },
    ];
    for (const changes of bad) {
      expect(() => archive(changes), JSON.stringify(changes)).toThrow(
        expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
      );
    }
    expect(() => archive({ from: { version: 2 } as never })).toThrow(
      expect.objectContaining({ code: "ATTUNE_CURSOR_INVALID" }),
    );
  });
});

describe("queryArchive", () => {
  it("gives events whose data is parsed when it is looked at", async () => {
    const { archive, publish, sink } = await onMemory();
    await publish(1, 20);
    await archive().run({ until: "caught up" });
    const query = { where: [{ field: "data.n", is: ">", value: 18 }], order: "newest first" } as const;
    const found = [];
    for await (const event of queryArchive(sink, query)) found.push(event);
    expect(found.map(({ data }) => data)).toEqual([{ n: 20 }, { n: 19 }]);
    expect(found[0]).toMatchObject({ eventType: "step", source: "attune", rawData: '{"n":20}', valid: true });
    expect(Object.keys(found[0]!.toJSON())).toEqual([
      "event_id",
      "event_type",
      "timestamp",
      "data",
      "source",
    ]);
  });

  it("throws ATTUNE_ARGUMENT_INVALID at once for what means nothing, and for a sink that cannot be asked", async () => {
    const { sink } = await onMemory();
    const bad: object[] = [
      { types: "a" },
      { from: "yesterday" },
      { to: new Date(Number.NaN) },
      { limit: 0 },
      { order: "random" },
      { where: {} },
      { where: [{ field: "datum" }] },
      { where: [{ field: "source.x", value: "a" }] },
      { where: [{ field: "data.a" }] },
      { where: [{ field: "data.a", is: "like", value: "x" }] },
      { where: [{ field: "data.a", is: "<", value: true }] },
      { where: [{ field: "data.a", is: "in", value: "x" }] },
      { where: [{ field: "data.a", is: "contains", value: 1 }] },
      { where: [{ field: "data.a", is: "exists", value: true }] },
      { where: [{ field: "data.a", value: Number.NaN }] },
      { where: [{ field: ["data", 1], value: 1 }] },
    ];
    for (const query of bad) {
      expect(() => queryArchive(sink, query), JSON.stringify(query)).toThrow(
        expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }),
      );
    }
    const mute = { ...sink, location: "mute", query: undefined } as never;
    expect(() => queryArchive(mute)).toThrow(expect.objectContaining({ code: "ATTUNE_ARGUMENT_INVALID" }));
  });
});
