import { randomUUID } from "node:crypto";
import { redisCommand } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { describe, expect, inject, it } from "vitest";
import { storeAt, take } from "./on-every-store.ts";

const redisUrl = inject("redisUrl");

describe.skipIf(redisUrl === "")("on the wire", () => {
  it("an entry has exactly the four fields of the seeds, under empathy:events:{event_type}", async () => {
    const eventType = `wire_${randomUUID()}`;
    const streamer = await storeAt(redisUrl).streamer({ prefix: "empathy:" });
    const id = await streamer.publishEvent(eventType, { agent_id: "test", status: "running" });
    const [entry] = (await redisCommand(redisUrl, ["XRANGE", `empathy:events:${eventType}`, "-", "+"])) as [
      [string, string[]],
    ];
    expect(entry[0]).toBe(id);
    expect(entry[1]).toEqual([
      "event_type",
      eventType,
      "timestamp",
      expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      "data",
      '{"agent_id":"test","status":"running"}',
      "source",
      "attune",
    ]);
    await streamer.deleteStream(eventType);
  });

  it("an XADD of redis-cli is consumed like ours, and a damaged one ends nobody's consumption", async () => {
    const store = storeAt(redisUrl);
    const streamer = await store.streamer();
    const consumer = streamer.consumeEvents();
    await consumer.ready;
    const key = `${store.prefix}events:foreign`;
    const xadd = (...fields: string[]) => redisCommand(redisUrl, ["XADD", key, "*", ...fields]);
    const rest = ["timestamp", "2026-01-27T12:00:00", "data", '{"n":1}', "source", "redis-cli"];
    await xadd("event_type", "foreign", ...rest);
    await xadd(...rest, "extra", "field", "event_type", "foreign");
    await xadd("event_type", "foreign", "timestamp", "2026-01-27T12:00:00", "data", "{broken", "source", "x");
    await xadd("nothing", "of ours");
    await streamer.publishEvent("foreign", { n: 2 });
    const events = await take(consumer, 5);
    expect(events.map((event) => [event.valid, event.data])).toEqual([
      [true, { n: 1 }],
      [true, { n: 1 }],
      [false, null],
      [false, null],
      [true, { n: 2 }],
    ]);
    expect(events[0]!.timestamp.toISOString()).toBe("2026-01-27T12:00:00.000Z");
    expect(await streamer.listEventTypes()).toEqual(["foreign"]);
  });

  it("a key that is no stream is said once and left out, and the others are followed", async () => {
    const store = storeAt(redisUrl);
    const streamer = await store.streamer();
    await redisCommand(redisUrl, ["SET", `${store.prefix}events:text`, "not a stream"]);
    const consumer = streamer.consumeEvents({ eventTypes: ["text", "good"], from: "beginning" });
    await consumer.ready;
    await streamer.publishEvent("good", 1);
    expect((await take(consumer, 1)).map((event) => event.data)).toEqual([1]);
    expect(await streamer.publishEvent("text", 1)).toBe("");
    expect(await streamer.getRecentEvents("text")).toEqual([]);
    expect(store.warnings.filter((warning) => warning.includes("not a stream"))).toHaveLength(1);
    await redisCommand(redisUrl, ["DEL", `${store.prefix}events:text`]);
  });

  it("goes on after SCRIPT FLUSH", async () => {
    const streamer = await storeAt(redisUrl).streamer();
    await streamer.publishEvent("a", 1, { idempotencyKey: "k" });
    await redisCommand(redisUrl, ["SCRIPT", "FLUSH"]);
    expect(await streamer.publishEvent("a", 2, { idempotencyKey: "l" })).not.toBe("");
    expect(await streamer.getStreamInfo("a")).toMatchObject({ length: 2 });
  });
});
