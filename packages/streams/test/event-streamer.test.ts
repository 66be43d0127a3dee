import { AttuneError } from "@attune/transport";
import { expect, it } from "vitest";
import { onEveryStore, take } from "./on-every-store.ts";

onEveryStore("EventStreamer", (store) => {
  it("publishes an event and gives its id, which reading it back shows", async () => {
    const streamer = await store().streamer({ source: "reviewer-1" });
    const before = Date.now();
    const id = await streamer.publishEvent("review_done", { file: "a.ts", findings: 3 });
    const [event] = await streamer.getRecentEvents("review_done");
    expect(event).toMatchObject({
      eventId: id,
      eventType: "review_done",
      data: { file: "a.ts", findings: 3 },
      source: "reviewer-1",
      valid: true,
    });
    expect(event!.timestamp.getTime()).toBeGreaterThanOrEqual(before);
    expect(event!.timestamp.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it("takes the source of an event, of the streamer, or attune", async () => {
    const one = store();
    const [plain, named] = [await one.streamer(), await one.streamer({ source: "named" })];
    await plain.publishEvent("s", 1);
    await named.publishEvent("s", 2);
    await named.publishEvent("s", 3, { source: "own" });
    const sources = (await plain.getRecentEvents("s")).map((event) => event.source);
    expect(sources).toEqual(["own", "named", "attune"]);
  });

  it("gives back payloads equal, whatever they hold", async () => {
    const streamer = await store().streamer();
    const payload: unknown = JSON.parse(
      '{"a":[],"n":9007199254740991,"__proto__":{"x":1},"u":"\\u0000😀","e":{},"d":0.1,"t":""}',
    );
    for (const value of [payload, null, "", 0, false, [], {}, [[[]]], "text", -1.5e300]) {
      await streamer.publishEvent("equal", value);
      const [event] = await streamer.getRecentEvents("equal", { count: 1 });
      expect(event!.data).toEqual(value);
      expect(event!.rawData).toBe(JSON.stringify(value));
    }
    expect(
      Object.hasOwn((await streamer.getRecentEvents("equal", { count: 10 }))[9]!.data as object, "__proto__"),
    ).toBe(true);
  });

  it("publishes several events in order, with an id for each", async () => {
    const streamer = await store().streamer();
    const ids = await streamer.publishEvents([
      { eventType: "a", data: 1 },
      { eventType: "b", data: 2, source: "other" },
      { eventType: "a", data: 3 },
    ]);
    expect(ids).toHaveLength(3);
    const events = await take(streamer.replayEvents({ eventTypes: ["a"] }), 9);
    expect(events.map((event) => [event.eventId, event.data])).toEqual([
      [ids[0], 1],
      [ids[2], 3],
    ]);
    expect(await streamer.publishEvents([])).toEqual([]);
  });

  it("stores an event with an idempotency key once, however often it is published", async () => {
    const streamer = await store().streamer();
    const ids = await Promise.all(
      Array.from({ length: 20 }, () =>
        streamer.publishEvent("once", { n: 1 }, { idempotencyKey: "order-7" }),
      ),
    );
    expect(new Set(ids).size).toBe(1);
    expect(await streamer.publishEvent("once", { n: 2 }, { idempotencyKey: "order-8" })).not.toBe(ids[0]);
    expect(await streamer.publishEvent("other", { n: 1 }, { idempotencyKey: "order-7" })).not.toBe("");
    expect(await streamer.getStreamInfo("once")).toMatchObject({ length: 2 });
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: unknown = 1;
  for (let i = 0; i < 101; i++) deep = [deep];
  for (const [what, eventType, data, code] of [
    ["an empty type", "", 1, "ATTUNE_EVENT_TYPE_INVALID"],
    ["a type of 257 bytes", "x".repeat(257), 1, "ATTUNE_EVENT_TYPE_INVALID"],
    ["a type of 86 characters but 258 bytes", "€".repeat(86), 1, "ATTUNE_EVENT_TYPE_INVALID"],
    ["a type that is no text", 7, 1, "ATTUNE_EVENT_TYPE_INVALID"],
    ["undefined", "bad", undefined, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["undefined within", "bad", { a: [1, undefined] }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["a BigInt", "bad", { n: 1n }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["NaN", "bad", { n: Number.NaN }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["Infinity", "bad", Number.POSITIVE_INFINITY, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["a cycle", "bad", cycle, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["a Date", "bad", { at: new Date() }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["a function", "bad", { f() {} }, "ATTUNE_PAYLOAD_NOT_JSON"],
    ["over 1 MiB", "bad", "x".repeat(1_048_575), "ATTUNE_PAYLOAD_TOO_LARGE"],
    ["over 1 MiB in bytes only", "bad", "€".repeat(349_526), "ATTUNE_PAYLOAD_TOO_LARGE"],
    ["101 levels", "bad", deep, "ATTUNE_PAYLOAD_TOO_DEEP"],
  ] as const) {
    it(`refuses ${what} before anything is sent`, async () => {
      const streamer = await store().streamer();
      await expect(streamer.publishEvent(eventType as string, data as never)).rejects.toMatchObject({ code });
      await expect(
        streamer.publishEvents([
          { eventType: "good", data: 1 },
          { eventType: eventType as string, data },
        ]),
      ).rejects.toBeInstanceOf(AttuneError);
      expect(await streamer.listEventTypes()).toEqual([]);
    });
  }

  it("refuses bad arguments of every call", async () => {
    const streamer = await store().streamer();
    const code = "ATTUNE_ARGUMENT_INVALID";
    await expect(streamer.getRecentEvents("a", { count: -1 })).rejects.toMatchObject({ code });
    await expect(streamer.getRecentEvents("a", { count: 1.5 })).rejects.toMatchObject({ code });
    await expect(streamer.getRecentEvents("a", { from: new Date("nonsense") })).rejects.toMatchObject({
      code,
    });
    await expect(streamer.getRecentEvents("a", { to: "1-2-3" })).rejects.toMatchObject({ code });
    await expect(streamer.trimStream("a", -1)).rejects.toMatchObject({ code });
    await expect(streamer.publishEvent("a", 1, { idempotencyKey: "" })).rejects.toMatchObject({ code });
    await expect(streamer.publishEvent("a", 1, { source: "x".repeat(1025) })).rejects.toMatchObject({ code });
    await expect(streamer.getStreamInfo("")).rejects.toMatchObject({ code: "ATTUNE_EVENT_TYPE_INVALID" });
    for (const options of [
      { count: 0 },
      { count: -5 },
      { blockMs: 0 },
      { idleTimeoutMs: -1 },
      { eventTypes: [] },
      { from: "yesterday" },
    ]) {
      expect(() => streamer.consumeEvents(options as never)).toThrow(expect.objectContaining({ code }));
    }
    for (const from of [
      {},
      null,
      7,
      { version: 2, positions: [] },
      { version: 1, positions: [{ eventType: "a", id: "x" }] },
    ]) {
      expect(() => streamer.consumeEvents({ from: from as never })).toThrow(
        expect.objectContaining({ code: "ATTUNE_CURSOR_INVALID" }),
      );
    }
    expect(() => streamer.consumeEvents({ eventTypes: ["ok", ""] })).toThrow(
      expect.objectContaining({ code: "ATTUNE_EVENT_TYPE_INVALID" }),
    );
  });

  it("keeps about maxLength events, and never fewer", async () => {
    const streamer = await store().streamer({ maxLength: 50 });
    for (let round = 0; round < 10; round++) {
      await streamer.publishEvents(
        Array.from({ length: 100 }, (_, n) => ({ eventType: "long", data: round * 100 + n })),
      );
    }
    const info = await streamer.getStreamInfo("long");
    expect(info!.length).toBeGreaterThanOrEqual(50);
    expect(info!.length).toBeLessThanOrEqual(250);
    expect(info!.added).toBe(1000);
    const [newest] = await streamer.getRecentEvents("long", { count: 1 });
    expect(newest!.data).toBe(999);
  });

  it("gives the newest events first, within a span of time or of ids", async () => {
    const streamer = await store().streamer();
    const ids = await streamer.publishEvents(
      Array.from({ length: 10 }, (_, n) => ({ eventType: "h", data: n })),
    );
    const data = async (options: object) =>
      (await streamer.getRecentEvents("h", options)).map((event) => event.data);
    expect(await data({ count: 3 })).toEqual([9, 8, 7]);
    expect(await data({ count: 0 })).toEqual([]);
    expect(await data({ from: ids[4], to: ids[6] })).toEqual([6, 5, 4]);
    expect(await data({ from: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await data({ from: new Date(Date.now() - 60_000), count: 2 })).toEqual([9, 8]);
    expect(await data({ to: new Date(Date.now() - 60_000) })).toEqual([]);
    expect(await streamer.getRecentEvents("nothing")).toEqual([]);
  });

  it("replays several types merged by id, oldest first, and ends at what was newest when it began", async () => {
    const streamer = await store().streamer();
    for (let n = 0; n < 30; n++) {
      await streamer.publishEvent(n % 3 === 0 ? "a" : "b", { n });
      // Another millisecond, so that ids of different streams can be told apart.
      if (n % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const seen: string[] = [];
    for await (const event of streamer.replayEvents({ eventTypes: ["a", "b"] })) {
      seen.push(event.eventId);
      if (seen.length === 5) await streamer.publishEvent("a", { n: "later" });
    }
    expect(seen).toHaveLength(30);
    const order = [...seen].sort((a, b) => {
      const [aMs, aSeq] = a.split("-").map(Number) as [number, number];
      const [bMs, bSeq] = b.split("-").map(Number) as [number, number];
      return aMs - bMs || aSeq - bSeq;
    });
    expect(seen).toEqual(order);
    expect(await take(streamer.replayEvents(), 100)).toHaveLength(31);
  });

  it("replays thousands of events over several pages", async () => {
    const streamer = await store().streamer();
    for (let page = 0; page < 5; page++) {
      await streamer.publishEvents(
        Array.from({ length: 700 }, (_, n) => ({ eventType: n % 2 ? "odd" : "even", data: page * 700 + n })),
      );
    }
    const data = (await take(streamer.replayEvents({ eventTypes: ["odd"] }), 9999)).map(
      (event) => event.data,
    );
    expect(data).toEqual(Array.from({ length: 1750 }, (_, n) => 2 * n + 1));
    expect(await take(streamer.replayEvents(), 9999)).toHaveLength(3500);
  });

  it("trims exactly, deletes, lists and tells where a stream stands", async () => {
    const streamer = await store().streamer();
    const ids = await streamer.publishEvents(
      Array.from({ length: 15 }, (_, n) => ({ eventType: "t", data: n })),
    );
    await streamer.publishEvent("u", 1);
    expect(await streamer.listEventTypes()).toEqual(["t", "u"]);
    expect(await streamer.trimStream("t", 10)).toBe(5);
    expect(await streamer.trimStream("t", 10)).toBe(0);
    expect(await streamer.getStreamInfo("t")).toMatchObject({
      eventType: "t",
      length: 10,
      added: 15,
      oldestId: ids[5],
      newestId: ids[14],
    });
    expect(await streamer.trimStream("t", 0)).toBe(10);
    expect(await streamer.deleteStream("t")).toBe(true);
    expect(await streamer.deleteStream("t")).toBe(false);
    expect(await streamer.getStreamInfo("t")).toBeNull();
    expect(await streamer.listEventTypes()).toEqual(["u"]);
  });
});
