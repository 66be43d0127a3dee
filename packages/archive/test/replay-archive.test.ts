/** Archived events come back into streams: once, with their source, at a rate. */
import { EventStreamer } from "@attune/streams";
import { AttuneError, transportWith } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { replayArchive } from "../src/index.ts";
import { onMemory, upTo } from "./support/on-memory.ts";

async function archived(count: number) {
  const found = await onMemory();
  await found.publish(1, count);
  await found.streamer.publishEvent("step", { n: -1 }, { source: "somebody" });
  await found.archive().run({ until: "caught up" });
  return found;
}

it("publishes what a query gives, under the types it is told, with their sources", async () => {
  const { streamer, sink } = await archived(500);
  const outcome = await replayArchive({
    sink,
    streamer,
    query: { where: [{ field: "data.n", is: "<=", value: 300 }] },
    eventType: ({ eventType }) => `${eventType}-again`,
  });
  expect(outcome).toEqual({ published: 301, failed: 0 });
  const events = await streamer.getRecentEvents("step-again", { count: 1000 });
  expect(events.reverse().map(({ data }) => (data as { n: number }).n)).toEqual([...upTo(300), -1]);
  expect(events.at(-1)?.source).toBe("somebody");
});

it("a replay that is begun again doubles nothing", async () => {
  const { streamer, sink } = await archived(200);
  const eventType = () => "again";
  const ending = new AbortController();
  const half = replayArchive({ sink, streamer, eventType, rate: 500, signal: ending.signal });
  await until("some are published", async () => ((await streamer.getStreamInfo("again"))?.length ?? 0) > 20);
  ending.abort();
  expect((await half).published).toBeLessThan(201);
  expect(await replayArchive({ sink, streamer, eventType })).toEqual({ published: 201, failed: 0 });
  expect((await streamer.getStreamInfo("again"))?.length).toBe(201);
});

it("keeps to the rate", async () => {
  const { streamer, sink } = await archived(99);
  const startedAt = performance.now();
  await replayArchive({ sink, streamer, eventType: () => "again", rate: 400 });
  expect(performance.now() - startedAt).toBeGreaterThan(200);
});

it("counts what cannot be published, and goes on", async () => {
  const { transport, streamer, sink, archive } = await onMemory();
  const entry = { eventType: "step", source: "a", timestamp: "2026-01-01T00:00:00Z", maxLength: 100 };
  await transport.streams.append(
    ['{"n":1}', "no JSON", '{"n":2}'].map((data) => ({ ...entry, data, idempotencyKey: undefined })),
  );
  await archive().run({ until: "caught up" });
  expect(await replayArchive({ sink, streamer, eventType: () => "again" })).toEqual({
    published: 2,
    failed: 1,
  });
  await expect(replayArchive({ sink, streamer, rate: 0 })).rejects.toMatchObject({
    code: "ATTUNE_ARGUMENT_INVALID",
  });
});

it("an event whose source is longer than publishers may give is counted, not tried again, and the others are published", async () => {
  const { streamer, sink, archive, publish } = await onMemory();
  await publish(1, 3);
  await archive().run({ until: "caught up" });
  const [key, row] = [...sink.store.rows][1]!;
  // As another program may have archived it.
  sink.store.rows.set(key, { ...row, source: "s".repeat(2000) });
  let asked = 0;
  const publishEvents = streamer.publishEvents.bind(streamer);
  streamer.publishEvents = (events) => {
    asked++;
    return publishEvents(events);
  };
  expect(await replayArchive({ sink, streamer, eventType: () => "again" })).toEqual({
    published: 2,
    failed: 1,
  });
  // All at once, and then each by itself.
  expect(asked).toBe(4);
});

it("asks again for what was not stored, also with onUnavailable: throw", async () => {
  const { transport, sink, archive, publish } = await onMemory({ onUnavailable: "throw" });
  await publish(1, 10);
  await archive().run({ until: "caught up" });
  let failures = 0;
  const flaky = transportWith(transport, {
    streams: {
      ...transport.streams,
      append: async (requests) => {
        if (failures++ > 0) return transport.streams.append(requests);
        const ids = await transport.streams.append(requests.slice(0, 4));
        throw new AttuneError("ATTUNE_TRANSPORT_UNAVAILABLE", "The store is away.", {
          details: { ids: requests.map((_, index) => ids[index] ?? "") },
        });
      },
    },
  });
  const streamer = new EventStreamer({ transport: flaky });
  expect(await replayArchive({ sink, streamer, eventType: () => "again" })).toEqual({
    published: 10,
    failed: 0,
  });
  expect((await streamer.getStreamInfo("again"))?.length).toBe(10);
});
