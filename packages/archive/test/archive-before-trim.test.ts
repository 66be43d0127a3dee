/** `archiveBeforeTrim` with one archive and a sink that goes away and comes back. */
import { trimHoldsBucket } from "@attune/streams";
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { sinkUnavailable } from "../src/sink-errors.ts";
import { numbersOf, onMemory, upTo } from "./support/on-memory.ts";

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
