import { randomUUID } from "node:crypto";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { onEveryStore, until } from "@attune-tools/every-store";
import { describe, expect, onTestFinished, test } from "vitest";
import { NumberedEvents } from "./numbered-events.ts";
import { runDashboard } from "./running-dashboard.ts";

const none = { lost: 0, doubled: 0, outOfOrder: 0 };

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

onEveryStore("what a page is shown", (store) => {
  test("is all that is published while it is connected, once and in order", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const numbered = new NumberedEvents(transport, ["a", "b", "c"]);
    await numbered.publish(50);
    const dashboard = await runDashboard({ transport });
    await until("what was there is known", async () => {
      const page = await dashboard.connect();
      const { events } = await page.told();
      page.terminate();
      return events.length === 50;
    });
    const page = await dashboard.connect();
    await page.told();
    await numbered.publish(1000);
    await page.until("all are shown", ({ events }) => events.length >= 1050);
    expect(numbered.counts(page.memory.events)).toEqual({ ...none, sent: 1050, shown: 1050 });
    expect(page.wrong).toBeUndefined();
  });

  test("is whole over connections that end at random while others publish", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const numbered = new NumberedEvents(transport, ["a", "b", "c"]);
    const dashboard = await runDashboard({ transport });
    let stopped = false;
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.info(`seed ${seed}`);
    const pages = Array.from({ length: 3 }, async (_, nth) => {
      const random = randomFrom(seed + nth);
      const first = await dashboard.connect();
      await first.told();
      let memory = first.memory;
      let page = first;
      for (let round = 0; round < 6; round++) {
        const shown = memory.events.length + 20 * random();
        await until("some more are shown", () => memory.events.length > shown);
        memory = random() < 0.5 ? page.terminate() : await page.close();
        // Sometimes much is missed, sometimes nothing.
        const sent = numbered.sent + 200 * random() - 20;
        await until("some more are sent", () => numbered.sent > sent);
        page = await dashboard.connect({ memory });
        expect((await page.told()).resumed).toBe(true);
      }
      return { page, memory };
    });
    await until("all are connected", async () => dashboard.get("/api/health").then(() => true));
    const publishing = numbered.publishUntil(() => stopped);
    const done = await Promise.all(pages);
    stopped = true;
    await publishing;
    for (const { memory } of done) {
      await until("all are shown", () => numbered.counts(memory.events).lost === 0);
      const { sent } = numbered;
      expect(numbered.counts(memory.events)).toEqual({ ...none, sent, shown: sent });
    }
  });

  test("is whole where the server is started anew on the same store meanwhile", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const numbered = new NumberedEvents(transport, ["a", "b"]);
    let dashboard = await runDashboard({ transport });
    let page = await dashboard.connect();
    await page.told();
    let stopped = false;
    const publishing = numbered.publishUntil(() => stopped);
    for (let round = 0; round < 3; round++) {
      const { sent } = numbered;
      await until("some are sent", () => numbered.sent > sent + 50);
      await dashboard.close();
      // More than the new server looks back at.
      await numbered.publish(round === 1 ? 1500 : 20);
      dashboard = await runDashboard({ transport });
      page = await dashboard.connect({ memory: page.memory });
      expect(await page.told()).toMatchObject({ resumed: true, missed: 0 });
    }
    stopped = true;
    await publishing;
    await until("all are shown", () => numbered.counts(page.memory.events).lost === 0);
    const { sent } = numbered;
    expect(numbered.counts(page.memory.events)).toEqual({ ...none, sent, shown: sent });
  });

  test("begins anew, and says how many it has missed, where these are too many", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const numbered = new NumberedEvents(transport, ["a"]);
    await numbered.publish(10);
    let dashboard = await runDashboard({ transport });
    let page = await dashboard.connect();
    await page.until("those of before are shown", ({ events }) => events.length === 10);
    await dashboard.close();
    await numbered.publish(6000);
    dashboard = await runDashboard({ transport });
    page = await dashboard.connect({ memory: page.memory });
    const { resumed, missed, events } = await page.told();
    expect({ resumed, shown: events.length }).toEqual({ resumed: false, shown: 500 });
    // Where the store counts.
    expect([5500, null]).toContain(missed);
    if (transport.capabilities.exactGaps) expect(missed).toBe(5500);
  });

  test("tells what nobody can get any more", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const numbered = new NumberedEvents(transport, ["a"]);
    const streamer = new EventStreamer({ transport });
    await numbered.publish(10);
    let dashboard = await runDashboard({ transport });
    let page = await dashboard.connect();
    await page.until("those of before are shown", ({ events }) => events.length === 10);
    await dashboard.close();
    await numbered.publish(100);
    await streamer.trimStream("a", 40);
    dashboard = await runDashboard({ transport });
    page = await dashboard.connect({ memory: page.memory });
    expect((await page.told()).resumed).toBe(true);
    expect(page.memory.events).toHaveLength(50);
    const [gap] = page.memory.gaps;
    expect(gap).toMatchObject({ event_type: "a", reason: "trimmed" });
    if (transport.capabilities.exactGaps) expect(gap!.missed).toBe(60);
  });

  test("begins anew behind a stream that was deleted meanwhile", async () => {
    const transport = await store().open({ onUnavailable: "throw" });
    const numbered = new NumberedEvents(transport, ["a", "b"]);
    const streamer = new EventStreamer({ transport });
    const dashboard = await runDashboard({ transport });
    let page = await dashboard.connect();
    await page.told();
    await numbered.publish(20);
    await page.until("all are shown", ({ events }) => events.length === 20);
    const memory = page.terminate();
    await streamer.deleteStream("a");
    await numbered.publish(20);
    const other = await dashboard.connect();
    await other.told();
    await other.until("those behind it are known", ({ events }) => events.length >= 40);
    page = await dashboard.connect({ memory });
    const snapshot = await page.told();
    // Where the store does not count, and ids go on growing, nobody can tell that it was deleted, and nothing is missing.
    if (transport.capabilities.exactGaps) expect(snapshot.resumed).toBe(false);
    else expect(numbered.counts(page.memory.events)).toMatchObject({ lost: 0, doubled: 0 });
  });
});

describe("a page that comes back", () => {
  test("after more types than it could name begins anew, and shows all from there on", async () => {
    const transport = await openTransport(`memory:${randomUUID()}`, { onUnavailable: "throw" });
    onTestFinished(() => transport.close());
    const dashboard = await runDashboard({ transport });
    const streamer = new EventStreamer({ transport });
    const first = await dashboard.connect();
    await first.told();
    // Six bytes as JSON for each of these letters.
    const types = Array.from({ length: 700 }, (_, n) => `${n}${"\u0001".repeat(250)}`);
    await streamer.publishEvents(types.map((eventType) => ({ eventType, data: 1 })));
    await first.until("all are shown", ({ events }) => events.length === 700);
    const memory = first.terminate();
    expect(Buffer.byteLength(JSON.stringify(memory.hello))).toBeLessThan(1024 * 1024);
    const page = await dashboard.connect({ memory });
    const { resumed, missed, events } = await page.told();
    expect({ resumed, missed, shown: events.length }).toEqual({ resumed: false, missed: null, shown: 500 });
    await streamer.publishEvent("more", 1);
    await page.until("what follows is shown", () => memory.events.at(-1)?.event_type === "more");
    expect(memory.positions.size).toBe(1);
  });

  test("with positions of streams that are gone begins anew", async () => {
    const dashboard = await runDashboard({ url: `memory:${randomUUID()}` });
    const page = await dashboard.connect({ hello: false });
    page.say({
      kind: "hello",
      resume: { server: "other", positions: [{ eventType: "gone", id: "5-0", ordinal: 3 }] },
    });
    const { resumed, missed, events } = await page.told();
    expect({ resumed, missed, events }).toEqual({ resumed: false, missed: 0, events: [] });
  });
});
