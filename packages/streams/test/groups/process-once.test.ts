import { type OnceStore, processOnce, recordsOnce } from "@attune/streams";
import { manualClock } from "@attune/transport-conformance";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { onEveryStore, until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";
import { closing, group, numberOf, numbers, publishJobs, streamerOn, untilDone } from "./in-group.ts";

const key = { group: "g", eventType: "job", eventId: "1-1" };

onEveryStore("an effect", (store) => {
  it("is run once for an event, however often it is delivered", async () => {
    const { open } = store();
    const [transport, other] = await Promise.all([open(), open()]);
    const streamer = streamerOn(transport);
    await publishJobs(streamer, 1, 20);
    const effects: number[] = [];
    // Read by a consumer that does the work, and dies before it can say so.
    await transport.groups.create({ eventType: "job", group, from: "beginning" });
    const [reading] = await transport.groups.read({
      eventTypes: ["job"],
      group,
      consumer: "dead",
      count: 20,
    });
    const once = recordsOnce({ transport });
    for (const { entry } of reading!.deliveries.slice(0, 12)) {
      const outcome = await once.once({ group, eventType: "job", eventId: entry.id }, async () => {
        effects.push(JSON.parse(entry.data!).n);
        return "done";
      });
      expect(outcome).toEqual({ done: true, result: "done" });
    }
    const outcomes: boolean[] = [];
    const consumers = [streamer, streamerOn(other)].map((each) =>
      closing(each.consumeGroup({ group, eventTypes: ["job"], minIdleMs: 20, autoAck: false })),
    );
    const running = consumers.map((consumer) =>
      consumer.run(async (event) => {
        const { done } = await processOnce(event, once, async () => void effects.push(numberOf(event)));
        outcomes.push(done);
      }),
    );
    await until("all were processed", () => outcomes.length >= 20);
    await untilDone(transport);
    expect(effects.sort((a, b) => a - b)).toEqual(numbers(1, 20));
    expect(outcomes.filter((done) => !done).length).toBeGreaterThanOrEqual(12);
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await Promise.all(running);
  });

  it("of which twenty race is run by one; the others are told that it is busy", async () => {
    const { open } = store();
    const stores = (await Promise.all([open(), open()])).map((transport) => recordsOnce({ transport }));
    let runs = 0;
    let busy = 0;
    const { promise: othersToldSo, resolve: release } = Promise.withResolvers<void>();
    const outcomes = await Promise.all(
      numbers(1, 20).map(async (n) => {
        try {
          const { done } = await stores[n % 2]!.once(key, () => {
            runs++;
            return othersToldSo;
          });
          return done ? "ran" : "done before";
        } catch (error) {
          if (++busy === 19) release();
          return (error as { code: string }).code;
        }
      }),
    );
    expect(runs).toBe(1);
    expect(outcomes.filter((outcome) => outcome === "ran")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "ATTUNE_EVENT_BUSY")).toHaveLength(19);
    expect(await stores[0]!.once(key, () => "not run")).toEqual({ done: false });
  });

  it("that fails is not marked, its error comes as it is, and it can be tried again", async () => {
    const transport = await store().open();
    const once = recordsOnce({ transport });
    const failure = new Error("no");
    await expect(
      once.once(key, async () => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await once.once(key, async () => 1)).toEqual({ done: true, result: 1 });
    // Others' events are others'.
    for (const more of [{ group: "h" }, { eventType: "b" }, { eventId: "1-2" }]) {
      expect(await once.once({ ...key, ...more }, async () => 2)).toEqual({ done: true, result: 2 });
    }
  });
});

it("an effect whose process died is begun again once its time is over, and not before", async () => {
  const clock = manualClock();
  const memory = new MemoryStore({ clock });
  const transport = await createMemoryTransport({ store: memory, clock });
  onTestFinished(() => transport.close());
  const once: OnceStore = recordsOnce({ transport, holdMs: 10_000, keepMs: 60_000 });
  void once.once(key, () => new Promise(() => {})); // never ends
  await new Promise((resolve) => setImmediate(resolve));
  await expect(once.once(key, async () => 1)).rejects.toMatchObject({ code: "ATTUNE_EVENT_BUSY" });
  await clock.advance(9_000);
  await expect(once.once(key, async () => 1)).rejects.toMatchObject({ code: "ATTUNE_EVENT_BUSY" });
  await clock.advance(2_000);
  expect(await once.once(key, async () => 1)).toEqual({ done: true, result: 1 });
  await clock.advance(30_000);
  expect(await once.once(key, async () => 1)).toEqual({ done: false });
  // It is forgotten after `keepMs`: how long an event may come again has to be shorter.
  await clock.advance(40_000);
  expect(await once.once(key, async () => 2)).toEqual({ done: true, result: 2 });
});
