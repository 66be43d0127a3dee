import type { Gap } from "@attune/streams";
import { EventStreamer } from "@attune/streams";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, onEveryStore, until } from "@attune-tools/every-store";
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

onEveryStore("what a group loses", (store) => {
  it("by trimming before it was read is told once, with its number", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 10);
    for await (const event of streamer.consumeGroup({ group, eventTypes, count: 1 })) {
      await event.ack();
      break;
    }
    await streamer.trimStream("job", 4);
    const gaps: Gap[] = [];
    const seen: number[] = [];
    const onGap = (gap: Gap) => void gaps.push(gap);
    const consumers = [1, 2].map(() => closing(streamer.consumeGroup({ group, eventTypes, onGap })));
    const running = consumers.map((consumer) => consumer.run((event) => void seen.push(numberOf(event))));
    await until("the rest was seen, and the gap told", () => seen.length === 4 && gaps.length > 0);
    await untilDone(transport);
    expect(ascending(seen)).toEqual(numbers(7, 10));
    expect(gaps).toEqual([{ eventType: "job", missed: 5, reason: "trimmed" }]);
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await Promise.all(running);
  });

  it("by trimming before it was acknowledged is told when somebody would get it again", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 5);
    await transport.groups.create({ eventType: "job", group, from: "beginning" });
    await transport.groups.read({ eventTypes, group, consumer: "dead", count: 5 });
    await streamer.trimStream("job", 2);
    const seen: number[] = [];
    let missed = 0;
    const onGap = (gap: Gap) => {
      expect(gap).toMatchObject({ eventType: "job", reason: "trimmed" });
      missed += gap.missed!;
    };
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, minIdleMs: 20, onGap }));
    const running = consumer.run((event) => void seen.push(numberOf(event)));
    await until("what is left was seen, and the rest told", () => seen.length === 2 && missed >= 3);
    await untilDone(transport);
    expect(missed).toBe(3);
    await consumer.close();
    await running;
  });

  it("is nothing when the group was lost: it goes on behind what was done, and tells nothing", async () => {
    const { open, warnings } = store();
    const transport = await open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 20);
    const seen: number[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes }));
    const running = consumer.run((event) => void seen.push(numberOf(event)));
    await until("they were seen", () => seen.length === 20);
    await untilDone(transport);
    // So that the consumer has been told of its floor.
    await publishJobs(streamer, 21, 21);
    await until("that too", () => seen.includes(21));
    await untilDone(transport);
    expect(await transport.groups.delete("job", group)).toBe(true);
    await publishJobs(streamer, 22, 40);
    await until("all were seen", () => new Set(seen).size === 40);
    // Twice at most: what was done since the floor was last told.
    expect(seen.filter((n) => n <= 20).length).toBeLessThanOrEqual(21);
    expect(warnings).toEqual([]);
    await consumer.close();
    await running;
  });

  it("with its stream is told, and what is published anew is delivered", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 5);
    const seen: number[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, onGap: () => {} }));
    const running = consumer.run((event) => void seen.push(numberOf(event)));
    await until("they were seen", () => seen.length === 5);
    await untilDone(transport);
    await streamer.deleteStream("job");
    await publishJobs(streamer, 6, 8);
    await until("the new ones were seen", () => seen.length >= 8);
    expect(ascending(seen)).toEqual(numbers(1, 8));
    await consumer.close();
    await running;
  });

  it("is nothing that a consumer deletes: a stream that was deleted stays away", async () => {
    const transport = await store().open();
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 1);
    const seen: number[] = [];
    const consumer = closing(streamer.consumeGroup({ group, eventTypes, minIdleMs: 40 }));
    const running = consumer.run((event) => void seen.push(numberOf(event)));
    await until("it was seen", () => seen.length === 1);
    await streamer.deleteStream("job");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await streamer.listEventTypes()).toEqual([]);
    await consumer.close();
    await running;
  });
});

it("an outage loses nothing: consumers wait, what they did is acknowledged afterwards, with one warning", async () => {
  const memory = new MemoryStore();
  const warnings: string[] = [];
  const transport = await createMemoryTransport({ store: memory, logger: loggerInto(warnings) });
  onTestFinished(() => transport.close());
  const streamer = new EventStreamer({ transport });
  await publishJobs(streamer, 1, 50);
  const seen: number[] = [];
  const acknowledged: boolean[] = [];
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const consumer = closing(streamer.consumeGroup({ group, eventTypes, autoAck: false }));
  const running = consumer.run(async (event) => {
    seen.push(numberOf(event));
    if (numberOf(event) === 10) await gate;
    acknowledged.push(await event.ack());
  });
  await until("it is in the middle", () => seen.length === 10);
  const restore = memory.simulateOutage();
  release();
  await until("it was told that this is not known", () => acknowledged.includes(false));
  restore();
  await until("all were seen", () => seen.length === 50);
  await untilDone(transport);
  expect(seen).toEqual(numbers(1, 50));
  expect(warnings.filter((warning) => warning.includes("Going on without"))).toHaveLength(1);
  await consumer.close();
  await running;
});
