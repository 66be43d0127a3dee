import { type Cursor, defineEvent, type Gap } from "@attune/streams";
import { expect, it } from "vitest";
import { z } from "zod";
import { onEveryStore, take } from "./on-every-store.ts";

onEveryStore("EventConsumer", (store) => {
  it("delivers what was published after ready, however busy another type is", async () => {
    const one = store();
    const [publisher, follower] = [await one.streamer(), await one.streamer()];
    for (let round = 0; round < 5; round++) {
      const consumer = follower.consumeEvents({ eventTypes: ["busy", `quiet-${round}`] });
      await consumer.ready;
      const quiet = publisher.publishEvent(`quiet-${round}`, { round });
      await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          publisher.publishEvents(
            Array.from({ length: 50 }, (__, m) => ({ eventType: "busy", data: n * 50 + m })),
          ),
        ),
      );
      const events = await take(consumer, 501);
      expect(events.filter((event) => event.eventType === "busy")).toHaveLength(500);
      expect(events.filter((event) => event.eventId === undefined)).toEqual([]);
      expect(events.find((event) => event.eventType === `quiet-${round}`)!.eventId).toBe(await quiet);
      await consumer.close();
    }
  });

  it("delivers nothing from before when it starts now, and everything retained from the beginning", async () => {
    const streamer = await store().streamer();
    await streamer.publishEvents([1, 2, 3].map((data) => ({ eventType: "a", data })));
    const now = streamer.consumeEvents({ eventTypes: ["a"] });
    await now.ready;
    const beginning = streamer.consumeEvents({ eventTypes: ["a"], from: "beginning" });
    await streamer.publishEvent("a", 4);
    expect((await take(now, 1)).map((event) => event.data)).toEqual([4]);
    expect((await take(beginning, 4)).map((event) => event.data)).toEqual([1, 2, 3, 4]);
  });

  it("follows all types, those created later included, from their first event", async () => {
    const one = store();
    const [publisher, follower] = [await one.streamer(), await one.streamer()];
    await publisher.publishEvent("early", 0);
    const consumer = follower.consumeEvents();
    await consumer.ready;
    const types = ["early", "later", "*", "a:b", "[x]", "{tag}", " ", "nul\0", "😀", "__proto__", "%41", "A"];
    for (const eventType of types) {
      await publisher.publishEvents([
        { eventType, data: `${eventType} 1` },
        { eventType, data: `${eventType} 2` },
      ]);
    }
    const events = await take(consumer, 2 * types.length);
    for (const eventType of types) {
      expect(events.filter((event) => event.eventType === eventType).map((event) => event.data)).toEqual([
        `${eventType} 1`,
        `${eventType} 2`,
      ]);
    }
  });

  it("resumes exactly after the last delivered event from a cursor stored as JSON", async () => {
    const one = store();
    const streamer = await one.streamer();
    await streamer.publishEvents(Array.from({ length: 20 }, (_, data) => ({ eventType: "a", data })));
    const first = streamer.consumeEvents({ eventTypes: ["a"], from: "beginning" });
    expect((await take(first, 7)).map((event) => event.data)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const saved = JSON.stringify(first.cursor);
    await first.close();
    const again = (await one.streamer()).consumeEvents({
      eventTypes: ["a"],
      from: JSON.parse(saved) as Cursor,
    });
    expect((await take(again, 13)).map((event) => event.data)).toEqual(
      Array.from({ length: 13 }, (_, n) => n + 7),
    );
  });

  it("reports trimmed events with their exact number before the next event", async () => {
    const streamer = await store().streamer();
    await streamer.publishEvents(Array.from({ length: 10 }, (_, data) => ({ eventType: "a", data })));
    const first = streamer.consumeEvents({ eventTypes: ["a"], from: "beginning" });
    await take(first, 3);
    const { cursor } = first;
    await first.close();
    await streamer.publishEvents(
      Array.from({ length: 10 }, (_, data) => ({ eventType: "a", data: 10 + data })),
    );
    await streamer.trimStream("a", 4);
    const log: unknown[] = [];
    const resumed = streamer.consumeEvents({
      eventTypes: ["a"],
      from: cursor,
      onGap: (gap: Gap) => log.push(gap),
    });
    for await (const event of resumed) {
      log.push(event.data);
      if (event.data === 19) break;
    }
    expect(log).toEqual([{ eventType: "a", missed: 13, reason: "trimmed" }, 16, 17, 18, 19]);
  });

  it("warns of a gap that nobody asked to be told of", async () => {
    const one = store();
    const streamer = await one.streamer();
    await streamer.publishEvents([1, 2, 3].map((data) => ({ eventType: "a", data })));
    const cursor = { version: 1, positions: [{ eventType: "a", id: "1-0", ordinal: 0 }] } as const;
    await streamer.trimStream("a", 1);
    await take(streamer.consumeEvents({ eventTypes: ["a"], from: cursor }), 1);
    expect(one.warnings.join()).toContain("missed");
  });

  it("reports a deleted stream as reset, and goes on with the new one", async () => {
    const streamer = await store().streamer();
    const gaps: Gap[] = [];
    const consumer = streamer.consumeEvents({ eventTypes: ["a"], onGap: (gap) => gaps.push(gap) });
    await consumer.ready;
    await streamer.publishEvents([1, 2, 3].map((data) => ({ eventType: "a", data })));
    await take(consumer, 3);
    await streamer.deleteStream("a");
    await streamer.publishEvent("a", 4);
    expect((await take(consumer, 1)).map((event) => event.data)).toEqual([4]);
    expect(gaps).toEqual([{ eventType: "a", missed: null, reason: "reset" }]);
  });

  it("ends after idleTimeoutMs without an event, and not before", async () => {
    const streamer = await store().streamer();
    const consumer = streamer.consumeEvents({ eventTypes: ["a"], idleTimeoutMs: 150 });
    await consumer.ready;
    await streamer.publishEvent("a", 1);
    const start = performance.now();
    expect(await take(consumer, 5)).toHaveLength(1);
    expect(performance.now() - start).toBeGreaterThan(140);
  });

  it("ends when its signal aborts, also when it was aborted before", async () => {
    const streamer = await store().streamer();
    const controller = new AbortController();
    const consumer = streamer.consumeEvents({ signal: controller.signal });
    await consumer.ready;
    const next = consumer.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    const late = streamer.consumeEvents({ signal: controller.signal });
    expect(await late.next()).toEqual({ done: true, value: undefined });
  });

  it("is closed by leaving the loop, by await using, and as often as one likes", async () => {
    const streamer = await store().streamer();
    await streamer.publishEvent("a", 1);
    const left = streamer.consumeEvents({ from: "beginning" });
    for await (const event of left) {
      expect(event.data).toBe(1);
      break;
    }
    expect(await left.next()).toEqual({ done: true, value: undefined });
    {
      await using scoped = streamer.consumeEvents();
      await scoped.ready;
    }
    await left.close();
    await left.close();
    await left[Symbol.asyncDispose]();
  });

  it("rejects ready when it is closed before, without an unhandled rejection", async () => {
    const streamer = await store().streamer();
    const consumer = streamer.consumeEvents();
    await consumer.close();
    await expect(consumer.ready).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
  });

  it("answers calls of next in their order, also when they are made at once", async () => {
    const streamer = await store().streamer();
    const consumer = streamer.consumeEvents({ eventTypes: ["a"] });
    await consumer.ready;
    const waiting = Array.from({ length: 6 }, () => consumer.next());
    await streamer.publishEvents(Array.from({ length: 6 }, (_, data) => ({ eventType: "a", data })));
    const results = await Promise.all(waiting);
    expect(results.map((result) => result.value?.data)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("gives a hundred consumers every event once, and none can change it for the others", async () => {
    const one = store();
    const streamer = await one.streamer();
    const consumers = Array.from({ length: 100 }, () => streamer.consumeEvents({ eventTypes: ["a"] }));
    await Promise.all(consumers.map((consumer) => consumer.ready));
    await streamer.publishEvents(Array.from({ length: 50 }, (_, n) => ({ eventType: "a", data: { n } })));
    const all = await Promise.all(consumers.map((consumer) => take(consumer, 50)));
    for (const events of all) {
      expect(events.map((event) => (event.data as { n: number }).n)).toEqual(
        Array.from({ length: 50 }, (_, n) => n),
      );
    }
    expect(() => {
      (all[0]![0]!.data as { n: number }).n = 7;
    }).toThrow(TypeError);
  });

  it("delivers everything to a consumer that is slow among quick ones", async () => {
    const streamer = await store().streamer();
    const slow = streamer.consumeEvents({ eventTypes: ["a"] });
    const quick = streamer.consumeEvents({ eventTypes: ["a"] });
    await Promise.all([slow.ready, quick.ready]);
    const counts = { slow: 0, quick: 0 };
    const total = 6000;
    const working = (async () => {
      for await (const event of slow) {
        expect(event.data).toBe(counts.slow);
        if (++counts.slow % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        if (counts.slow === total) break;
      }
    })();
    const racing = (async () => {
      for await (const event of quick) {
        expect(event.data).toBe(counts.quick);
        if (++counts.quick === total) break;
      }
    })();
    for (let n = 0; n < total; n += 100) {
      await streamer.publishEvents(Array.from({ length: 100 }, (_, m) => ({ eventType: "a", data: n + m })));
    }
    await Promise.all([working, racing]);
    expect(counts).toEqual({ slow: total, quick: total });
  });

  it("checks the events of a definition, and delivers those that do not fit as invalid", async () => {
    const streamer = await store().streamer();
    const progress = defineEvent("progress", z.object({ done: z.number(), of: z.number().default(10) }));
    const consumer = streamer.consumeEvents({ eventTypes: [progress, "plain"] });
    await consumer.ready;
    await streamer.publishEvent(progress, { done: 3 });
    await streamer.publishEvent("progress", { done: "three" });
    await streamer.publishEvent("plain", { done: "three" });
    const events = await take(consumer, 3);
    const [fits, misfit] = events.filter((event) => event.eventType === "progress");
    expect(fits).toMatchObject({ valid: true, data: { done: 3, of: 10 }, rawData: '{"done":3}' });
    expect(misfit).toMatchObject({ valid: false, data: { done: "three" } });
    expect(misfit!.invalidReason).toContain("done");
    expect(events.find((event) => event.eventType === "plain")).toMatchObject({ valid: true });
    await expect(streamer.publishEvent(progress, { done: "x" } as never)).rejects.toMatchObject({
      code: "ATTUNE_EVENT_INVALID",
    });
  });
});
