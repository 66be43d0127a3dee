/** What is archived, from where on, in which batches, and what is told of it: with a sink that does as it should. */
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import type { ArchiveProgress } from "../src/index.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

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
