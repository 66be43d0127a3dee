import { DeadLetters, type EventStreamer, type GroupEvent } from "@attune/streams";
import { Degradation } from "@attune/transport";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import {
  ascending,
  closing,
  group,
  numberOf,
  numbers,
  publishJobs,
  streamerOn,
  untilDone,
} from "./in-group.ts";

const eventTypes = ["job"];

/** Works until nothing is pending: what `fails` becomes a dead letter after `maxDeliveries`. */
async function workOff(
  streamer: EventStreamer,
  fails: (event: GroupEvent) => boolean,
  done: () => Promise<boolean>,
  maxDeliveries = 3,
): Promise<number[]> {
  const seen: number[] = [];
  const consumer = closing(
    streamer.consumeGroup({ group, eventTypes, consumer: "c", maxDeliveries, retryDelayMs: 10 }),
  );
  const running = consumer.run((event) => {
    if (fails(event)) throw new TypeError(`cannot do ${numberOf(event)}`);
    seen.push(numberOf(event));
  });
  await until("the work is done", done);
  await consumer.close();
  await running;
  return seen;
}

onEveryStore("dead letters", (store) => {
  it("are what a handler failed for too often, with the error and the count; the others are done meanwhile", async () => {
    const { open, warnings } = store();
    const transport = await open();
    const streamer = streamerOn(transport);
    const watching = streamer.consumeEvents({ eventTypes: ["dead_letter"] });
    await watching.ready;
    const ids = await publishJobs(streamer, 1, 100);
    const poisonous = [7, 50, 99];
    const seen = await workOff(
      streamer,
      (event) => poisonous.includes(numberOf(event)),
      async () => (await streamer.countDeadLetters(group)) === 3,
    );
    expect(ascending(seen)).toEqual(numbers(1, 100).filter((n) => !poisonous.includes(n)));
    await untilDone(transport);
    const letters = await streamer.listDeadLetters({ group, eventType: "job" });
    expect(letters).toMatchObject(
      poisonous.map((n) => ({
        group,
        eventType: "job",
        eventId: ids[n - 1],
        data: { n },
        rawData: `{"n":${n}}`,
        source: "attune",
        error: `TypeError: cannot do ${n}`,
        deliveryCount: 3,
        consumer: "c",
      })),
    );
    for (const { timestamp, failedAt } of letters)
      expect(failedAt.getTime()).toBeGreaterThanOrEqual(timestamp.getTime());
    const told: unknown[] = [];
    for await (const { data } of watching) {
      told.push((data as { event_id: string }).event_id);
      if (told.length === 3) break;
    }
    expect(told.sort()).toEqual(poisonous.map((n) => ids[n - 1]).sort());
    expect(warnings.filter((warning) => warning.includes("gave up"))).toHaveLength(1);
    expect(await streamer.listDeadLetters({ group, count: 1 })).toMatchObject([{ data: { n: 7 } }]);
    expect(await streamer.listDeadLetters({ group: "others" })).toEqual([]);
    expect(await streamer.listDeadLetters({ group, eventType: "other" })).toEqual([]);
  });

  it("are what nobody ever acknowledged, too", async () => {
    const { open } = store();
    const transport = await open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 1);
    await transport.groups.create({ eventType: "job", group, from: "beginning" });
    // Three consumers that took it, and died.
    await transport.groups.read({ eventTypes, group, consumer: "1", count: 1 });
    await transport.groups.claim({ eventTypes, group, consumer: "2", minIdleMs: 0, count: 1 });
    await transport.groups.claim({ eventTypes, group, consumer: "3", minIdleMs: 0, count: 1 });
    const seen: number[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, maxDeliveries: 3, minIdleMs: 50 }));
    const running = consumer.run((event) => void seen.push(numberOf(event)));
    await until("it is a dead letter", async () => (await streamer.countDeadLetters(group)) === 1);
    expect(await streamer.listDeadLetters({ group })).toMatchObject([
      { deliveryCount: 3, error: expect.stringContaining("never acknowledged") },
    ]);
    expect(seen).toEqual([]);
    await untilDone(transport);
    await consumer.close();
    await running;
  });

  it("never are, where maxDeliveries is Infinity", async () => {
    const streamer = streamerOn(await store().open());
    await publishJobs(streamer, 1, 1);
    let tries = 0;
    const seen = await workOff(
      streamer,
      () => ++tries < 8,
      async () => tries >= 8,
      Number.POSITIVE_INFINITY,
    );
    expect(seen).toEqual([1]);
    expect(await streamer.countDeadLetters(group)).toBe(0);
  });

  it("that are replayed go to their group as they were, counted anew, and to nobody else", async () => {
    const { open } = store();
    const transport = await open();
    const streamer = streamerOn(transport);
    const others = closing(streamer.consumeGroup({ group: "others", eventTypes, from: "now" }));
    await others.ready;
    const ids = await publishJobs(streamer, 1, 10);
    await workOff(
      streamer,
      () => true,
      async () => (await streamer.countDeadLetters(group)) === 10,
      1,
    );
    const live = streamer.consumeEvents({ eventTypes });
    await live.ready;
    expect(await streamer.replayDeadLetters({ group, eventIds: [ids[3]!, ids[4]!, "1-1"] })).toBe(2);
    expect(await streamer.countDeadLetters(group)).toBe(8);
    expect(await streamer.replayDeadLetters({ group, eventType: "other" })).toBe(0);
    expect(await streamer.replayDeadLetters({ group })).toBe(8);
    expect(await streamer.listDeadLetters({ group })).toEqual([]);
    const again: unknown[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes }));
    const running = consumer.run((event) => {
      again.push([event.eventId, event.eventType, numberOf(event), event.deliveryCount, event.source]);
    });
    await until("all came again", () => again.length === 10);
    expect(again.sort()).toEqual(ids.map((id, index) => [id, "job", index + 1, 1, "attune"]).sort());
    await until("what was worked off is removed", async () => {
      const [state] = await transport.streams.states([`attune:retry:${group}`]);
      return state!.length === 0;
    });
    await consumer.close();
    await running;
    await publishJobs(streamer, 11, 11);
    expect((await live.next()).value).toMatchObject({ data: { n: 11 } });
    const seen: number[] = [];
    for await (const event of others) {
      seen.push(numberOf(event));
      if (seen.length === 11) break;
    }
    expect(seen).toEqual(numbers(1, 11));
    expect(await streamer.listEventTypes()).toEqual(["dead_letter", "job"]);
  });

  it("that were replayed are counted until they are worked off, those included that somebody has", async () => {
    const { open } = store();
    const transport = await open();
    const streamer = streamerOn(transport);
    expect(await streamer.countReplayed(group)).toBe(0);
    await publishJobs(streamer, 1, 3);
    await workOff(
      streamer,
      () => true,
      async () => (await streamer.countDeadLetters(group)) === 3,
      1,
    );
    expect(await streamer.countReplayed(group)).toBe(0);
    expect(await streamer.replayDeadLetters({ group })).toBe(3);
    expect(await streamer.countReplayed(group)).toBe(3);
    expect(await streamer.countReplayed("others")).toBe(0);
    expect(await streamer.listGroups("job")).toMatchObject([{ group, pending: 0, lag: 0 }]);
    const events = streamer.consumeGroup({ group, eventTypes, autoAck: false })[Symbol.asyncIterator]();
    const first = (await events.next()).value!;
    expect(await streamer.countReplayed(group)).toBe(3);
    expect(await first.ack()).toBe(true);
    await until("one is worked off", async () => (await streamer.countReplayed(group)) === 2);
    await (await events.next()).value!.ack();
    await (await events.next()).value!.ack();
    await until("all are worked off", async () => (await streamer.countReplayed(group)) === 0);
    await events.return!();
    await expect(streamer.countReplayed("")).rejects.toMatchObject({ code: "ATTUNE_ARGUMENT_INVALID" });
  });

  it("that were replayed are counted also where no consumer ever started", async () => {
    const { open } = store();
    const transport = await open();
    const letter = {
      group: "nobody",
      eventType: "job",
      eventId: "1-1",
      timestamp: new Date(),
      source: "s",
      rawData: "1",
      error: "e",
      deliveryCount: 1,
      consumer: "c",
    };
    await new DeadLetters(transport, new Degradation(transport, { component: "t" })).keep(letter);
    const streamer = streamerOn(transport);
    await streamer.replayDeadLetters({ group: "nobody" });
    expect(await streamer.countReplayed("nobody")).toBe(1);
  });

  it("that fail again are dead letters again", async () => {
    const streamer = streamerOn(await store().open());
    const [id] = await publishJobs(streamer, 1, 1);
    for (const round of [1, 2]) {
      await workOff(
        streamer,
        () => true,
        async () => (await streamer.countDeadLetters(group)) === 1,
        2,
      );
      expect(await streamer.listDeadLetters({ group })).toMatchObject([
        { eventId: id, eventType: "job", data: { n: 1 }, deliveryCount: 2 },
      ]);
      expect(await streamer.replayDeadLetters({ group }), `round ${round}`).toBe(1);
    }
    const seen = await workOff(
      streamer,
      () => false,
      async () => true,
    );
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  it("can be purged, all of them or some", async () => {
    const streamer = streamerOn(await store().open());
    const ids = await publishJobs(streamer, 1, 6);
    await workOff(
      streamer,
      () => true,
      async () => (await streamer.countDeadLetters(group)) === 6,
      1,
    );
    expect(await streamer.purgeDeadLetters({ group, eventIds: [ids[0]!] })).toBe(1);
    expect(await streamer.purgeDeadLetters({ group: "others" })).toBe(0);
    expect(await streamer.listDeadLetters({ group })).toHaveLength(5);
    expect(await streamer.purgeDeadLetters({ group, eventType: "job" })).toBe(5);
    expect(await streamer.countDeadLetters(group)).toBe(0);
  });

  it("keep data of any size that can be published, and any error", async () => {
    const { open } = store();
    const transport = await open({ maxPayloadBytes: 100_000 });
    const streamer = streamerOn(transport);
    const text = `${'"\\'.repeat(24_000)}€`;
    const error = new Error(`\ud800 ${"x".repeat(100_000)}`);
    await streamer.publishEvent("job", { n: 1, text });
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, maxDeliveries: 1 }));
    const running = consumer.run(() => {
      throw error;
    });
    await until("it is a dead letter", async () => (await streamer.countDeadLetters(group)) === 1);
    await consumer.close();
    await running;
    const [letter] = await streamer.listDeadLetters({ group });
    expect(letter!.data).toEqual({ n: 1, text });
    expect(letter!.error.length).toBeLessThanOrEqual(1500);
    expect(await streamer.replayDeadLetters({ group })).toBe(1);
    for await (const event of streamer.consumeGroup({ group, eventTypes })) {
      expect(event.data).toEqual({ n: 1, text });
      break;
    }
    // Of a program with a smaller limit.
    const small = streamerOn(await open({ maxPayloadBytes: 1000 }));
    await workOff(
      small,
      () => true,
      async () => (await streamer.countDeadLetters(group)) === 1,
      1,
    );
    expect(await small.listDeadLetters({ group })).toMatchObject([{ rawData: null, data: null }]);
    expect(await small.replayDeadLetters({ group })).toBe(0);
    expect(await small.countDeadLetters(group)).toBe(1);
  });
});

it("a dead letter that nobody looks after is kept for 366 days", async () => {
  const clock = manualClock();
  const transport = await createMemoryTransport({ store: new MemoryStore({ clock }), clock });
  onTestFinished(() => transport.close());
  const letters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
  const timestamp = new Date(clock.now());
  const letter = { group, eventType: "job", eventId: "1-1", timestamp, source: "s", rawData: "1" };
  expect(await letters.keep({ ...letter, error: "no", deliveryCount: 1, consumer: "c" })).toBe(true);
  const day = 24 * 3_600_000;
  await clock.advance(366 * day - 1000);
  expect(await letters.list({ group }, 10)).toMatchObject([{ eventId: "1-1", data: 1 }]);
  await clock.advance(2000);
  expect(await letters.list({ group }, 10)).toEqual([]);
});

it("a dead letter of text that no store can hold is kept without its data", async () => {
  const transport = await createMemoryTransport();
  onTestFinished(() => transport.close());
  const letters = new DeadLetters(transport, new Degradation(transport, { component: "test" }));
  const letter = {
    group,
    eventType: "job",
    eventId: "1-1",
    timestamp: new Date(0),
    source: "\ud800",
    rawData: '"\ud800"',
  };
  expect(await letters.keep({ ...letter, error: "no", deliveryCount: 1, consumer: "c" })).toBe(true);
  expect(await letters.list({ group }, 10)).toMatchObject([{ eventId: "1-1", rawData: null, data: null }]);
});
