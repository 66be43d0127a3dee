import { defineEvent, type GroupEvent } from "@attune/streams";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it } from "vitest";
import { z } from "zod";
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

onEveryStore("the consumers of a group", (store) => {
  it("share what is published, each event to one of them, and acknowledge it", async () => {
    const { open } = store();
    const transports = await Promise.all([open(), open()]);
    const streamers = transports.map(streamerOn);
    await publishJobs(streamers[0]!, 1, 300);
    const seen: number[] = [];
    const consumers = [0, 1, 0, 1].map((index) =>
      closing(streamers[index]!.consumeGroup({ group, eventTypes })),
    );
    const running = consumers.map((consumer) => consumer.run((event) => void seen.push(numberOf(event))));
    await publishJobs(streamers[1]!, 301, 600);
    await until("all were seen", () => seen.length >= 600);
    await untilDone(transports[0]!);
    expect(ascending(seen)).toEqual(numbers(1, 600));
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await Promise.all(running);
  });

  it("are woken by what is published while they have nothing to do", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    const consumer = closing(streamer.consumeGroup({ group, eventTypes }));
    await consumer.ready;
    const iteration = consumer[Symbol.asyncIterator]();
    for (const n of numbers(1, 5)) {
      const next = iteration.next();
      await streamer.publishEvent("job", { n });
      const { value } = await next;
      expect(value).toMatchObject({ eventType: "job", data: { n }, deliveryCount: 1, group, valid: true });
    }
  });

  it("acknowledge an event of a loop once the next one is asked for, and hand back what a loop was left with", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 10);
    const seen: number[] = [];
    for await (const event of streamer.consumeGroup({ group, eventTypes })) {
      seen.push(numberOf(event));
      if (seen.length === 4) break;
    }
    expect(seen).toEqual([1, 2, 3, 4]);
    const again: [number, number][] = [];
    for await (const event of streamer.consumeGroup({ group, eventTypes })) {
      again.push([numberOf(event), event.deliveryCount]);
      if (again.length === 7) break;
    }
    // What was fetched and never begun was handed back as if it had not been delivered.
    expect(again.sort(([a], [b]) => a - b)).toEqual([[4, 2], ...numbers(5, 10).map((n) => [n, 1])]);
  });

  it("do not acknowledge by themselves where autoAck is off", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 4);
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, autoAck: false, concurrency: 4 }));
    const got: GroupEvent[] = [];
    const running = consumer.run((event) => void got.push(event));
    await until("all were got", () => got.length === 4);
    expect((await transport.groups.states("job"))[0]).toMatchObject({ pending: 4 });
    expect(await Promise.all(got.slice(0, 3).map((event) => event.ack()))).toEqual([true, true, true]);
    expect(await got[0]!.ack()).toBe(true); // the same answer again
    expect(await got[0]!.nack()).toBe(false);
    expect(await got[3]!.nack({ delayMs: 3_600_000 })).toBe(true);
    expect(await got[3]!.ack()).toBe(false);
    expect(await transport.groups.pending({ eventType: "job", group, count: 10 })).toMatchObject([
      { id: got[3]!.eventId, consumer: null },
    ]);
    await consumer.close();
    await running;
  });

  it("work on so many at once as `concurrency` says, and no more", async () => {
    const streamer = streamerOn(await store().open());
    await publishJobs(streamer, 1, 30);
    let now = 0;
    let most = 0;
    let done = 0;
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, concurrency: 3 }));
    const running = consumer.run(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      done++;
    });
    await until("all are done", () => done === 30);
    expect(most).toBe(3);
    await consumer.close();
    await running;
  });

  it("leave to others what a slow one has not begun", async () => {
    const { open } = store();
    const slow = streamerOn(await open());
    const quick = streamerOn(await open());
    await publishJobs(slow, 1, 20);
    const held: (() => void)[] = [];
    const busy = closing(slow.consumeGroup({ group, eventTypes, concurrency: 2 }));
    const running = busy.run(() => new Promise<void>((resolve) => held.push(resolve)));
    await until("two are being worked on", () => held.length === 2);
    const seen: number[] = [];
    const other = closing(quick.consumeGroup({ group, eventTypes }));
    const runningToo = other.run((event) => void seen.push(numberOf(event)));
    await until("the other did all the rest", () => seen.length === 18);
    for (const release of held) release();
    await Promise.all([busy.close(), other.close()]);
    await Promise.all([running, runningToo]);
  });

  it("try again what a handler failed for, with its count, and go on with the others meanwhile", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 20);
    const tries: number[] = [];
    const seen: number[] = [];
    const errors: unknown[] = [];
    const consumer = closing(
      streamer.consumeGroup({
        group,
        eventTypes,
        // Longer than the others take, the first time.
        retryDelayMs: (count) => (count === 1 ? 1500 : 20),
        onError: (error, event) => errors.push([(error as Error).message, event.deliveryCount]),
      }),
    );
    const running = consumer.run((event) => {
      if (numberOf(event) === 7) {
        tries.push(event.deliveryCount);
        if (event.deliveryCount < 3) throw new Error(`not yet ${event.deliveryCount}`);
      }
      seen.push(numberOf(event));
    });
    await until("all are done", () => seen.length === 20);
    expect(tries).toEqual([1, 2, 3]);
    expect(errors).toEqual([
      ["not yet 1", 1],
      ["not yet 2", 2],
    ]);
    expect(seen.indexOf(7)).toBeGreaterThan(seen.indexOf(8));
    await untilDone(transport);
    await consumer.close();
    await running;
  });

  it("take over what one of them never acknowledged, and refuse it when it comes late", async () => {
    const { open } = store();
    const [mine, other] = [streamerOn(await open()), streamerOn(await open())];
    await publishJobs(mine, 1, 3);
    const hanging = closing(
      mine.consumeGroup({
        group,
        eventTypes,
        autoAck: false,
        minIdleMs: 200,
        concurrency: 3,
        drainTimeoutMs: 50,
      }),
    );
    const held: GroupEvent[] = [];
    const running = hanging.run(
      (event) =>
        new Promise<void>((resolve) => {
          held.push(event);
          if (event.deliveryCount > 1) resolve();
        }),
    );
    await until("they are being worked on", () => held.length === 3);
    const seen: [number, number][] = [];
    const taking = closing(other.consumeGroup({ group, eventTypes, minIdleMs: 200 }));
    const runningToo = taking.run((event) => void seen.push([numberOf(event), event.deliveryCount]));
    await until("the other has done them", () => seen.length === 3);
    expect(seen.sort()).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
    ]);
    expect(await Promise.all(held.map((event) => event.working()))).toEqual([false, false, false]);
    expect(await Promise.all(held.map((event) => event.ack()))).toEqual([false, false, false]);
    await taking.close();
    await runningToo;
    void running; // its handlers never end
    await hanging.close();
  }, 30_000);

  it("keep what they say they are working on", async () => {
    const { open } = store();
    const [mine, other] = [streamerOn(await open()), streamerOn(await open())];
    await publishJobs(mine, 1, 1);
    const minIdleMs = 2500;
    const long = closing(mine.consumeGroup({ group, eventTypes, minIdleMs }));
    const kept: boolean[] = [];
    const { promise: done, resolve: end } = Promise.withResolvers<void>();
    const running = long.run(async (event) => {
      const until = performance.now() + 1.5 * minIdleMs;
      while (performance.now() < until) {
        kept.push(await event.working());
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      end();
    });
    await until("it is at work", () => kept.length > 0);
    const seen: number[] = [];
    const waiting = closing(other.consumeGroup({ group, eventTypes, minIdleMs }));
    const runningToo = waiting.run((event) => void seen.push(numberOf(event)));
    await done;
    expect(kept.every(Boolean)).toBe(true);
    await Promise.all([long.close(), waiting.close()]);
    await Promise.all([running, runningToo]);
    expect(seen).toEqual([]);
  });

  it("begin where they are told to, and go on where the group is", async () => {
    const streamer = streamerOn(await store().open());
    await publishJobs(streamer, 1, 3);
    const late = closing(streamer.consumeGroup({ group: "late", eventTypes, from: "now" }));
    await late.ready;
    await publishJobs(streamer, 4, 5);
    const seen: number[] = [];
    for await (const event of late) {
      seen.push(numberOf(event));
      await event.ack();
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([4, 5]);
    await publishJobs(streamer, 6, 6);
    for await (const event of streamer.consumeGroup({ group: "late", eventTypes, from: "beginning" })) {
      expect(numberOf(event)).toBe(6);
      break;
    }
  });

  it("of all types get those that come into being later, and not what is the features' own", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 2, "a");
    const seen: string[] = [];
    const consumer = closing(streamer.consumeGroup({ group, from: "now" }));
    const running = consumer.run((event) => void seen.push(`${event.eventType}${numberOf(event)}`));
    await consumer.ready;
    await publishJobs(streamer, 3, 3, "a");
    await publishJobs(streamer, 1, 2, "b");
    await transport.streams.append([
      {
        eventType: "attune:of-ours",
        timestamp: "2026-01-01T00:00:00.000Z",
        data: '{"n":1}',
        source: "test",
        maxLength: 10,
      },
    ]);
    await until("all were seen", () => seen.length >= 3);
    await publishJobs(streamer, 3, 3, "b");
    await until("that too", () => seen.length >= 4);
    expect(seen.sort()).toEqual(["a3", "b1", "b2", "b3"]);
    expect(await streamer.listEventTypes()).toEqual(["a", "b"]);
    await consumer.close();
    await running;
  });

  it("check events against definitions, and deliver as invalid what does not fit", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    const job = defineEvent("job", z.object({ n: z.number().transform((n) => `number ${n}`) }));
    await publishJobs(streamer, 1, 1);
    await streamer.publishEvent("job", { m: 1 });
    const got: unknown[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes: [job] }));
    for await (const event of consumer) {
      got.push(event.valid ? event.data.n : event.invalidReason);
      expect(await event.ack()).toBe(true);
      if (got.length === 2) break;
    }
    expect(got).toEqual(["number 1", expect.stringContaining("does not fit")]);
  });

  it("drain when they are closed: handlers finish, and what was not begun goes back uncounted", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 200);
    const seen: number[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, consumer: "c" }));
    const running = consumer.run(async (event) => {
      seen.push(numberOf(event));
      if (numberOf(event) === 50) await gate;
    });
    await until("it is in the middle", () => seen.length === 50);
    const closed = consumer.close();
    release();
    await Promise.all([closed, consumer.close(), running]);
    expect(seen).toEqual(numbers(1, 50));
    const rest: [number, number][] = [];
    const next = closing(streamer.consumeGroup({ group, eventTypes }));
    const runningNext = next.run((event) => void rest.push([numberOf(event), event.deliveryCount]));
    await until("the next one did the rest", () => rest.length === 150);
    expect(rest.sort(([a], [b]) => a - b)).toEqual(numbers(51, 200).map((n) => [n, 1]));
    await next.close();
    await runningNext;
  });

  it("can be closed from within a handler, which is finished then", async () => {
    const streamer = streamerOn(await store().open());
    await publishJobs(streamer, 1, 5);
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, drainTimeoutMs: 60_000 }));
    let seen = 0;
    await consumer.run(async () => {
      if (++seen === 2) await consumer.close();
    });
    expect(seen).toBe(2);
    const rest: [number, number][] = [];
    const next = closing(streamer.consumeGroup({ group, eventTypes }));
    const running = next.run((event) => void rest.push([numberOf(event), event.deliveryCount]));
    await until("the others were done by the next one", () => rest.length === 3);
    expect(rest.sort()).toEqual([
      [3, 1],
      [4, 1],
      [5, 1],
    ]);
    await next.close();
    await running;
  });

  it("tell how far they are together, and their group can be removed", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    const ids = await publishJobs(streamer, 1, 10);
    const got: GroupEvent[] = [];
    const consumer = streamer.consumeGroup({ group, eventTypes, autoAck: false, concurrency: 3, count: 3 });
    const running = consumer.run((event) => {
      got.push(event);
      return got.length < 3 ? undefined : consumer.close();
    });
    await running;
    await consumer.close();
    expect(await got[0]!.ack()).toBe(true);
    const [info, ...others] = await streamer.listGroups("job");
    expect(others).toEqual([]);
    expect(info).toMatchObject({ group, eventType: "job" });
    expect([null, ids.length - ids.indexOf(info!.lastDeliveredId) - 1]).toContain(info!.lag);
    expect(info!.pending).toBe(ids.indexOf(info!.lastDeliveredId));
    expect(await streamer.listGroups("missing")).toEqual([]);
    expect(await streamer.deleteGroup("job", group)).toBe(true);
    expect(await streamer.deleteGroup("job", group)).toBe(false);
    expect(await streamer.listGroups("job")).toEqual([]);
  });

  it("end when their signal aborts, or their transport is closed", async () => {
    const { open } = store();
    const transport = await open();
    const streamer = streamerOn(transport);
    const abort = new AbortController();
    const first = streamer.consumeGroup({ group, eventTypes, signal: abort.signal });
    const running = first.run(() => {});
    await first.ready;
    abort.abort();
    await running;
    await first.close();
    const second = streamer.consumeGroup({ group, eventTypes });
    await second.ready;
    const iterating = second[Symbol.asyncIterator]().next();
    await transport.close();
    expect(await iterating).toEqual({ done: true, value: undefined });
    const aborted = streamerOn(await open()).consumeGroup({ group, eventTypes, signal: AbortSignal.abort() });
    await expect(aborted.ready).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_CLOSED" });
    expect(await aborted[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });
});
