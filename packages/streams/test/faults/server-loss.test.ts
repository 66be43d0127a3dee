import type { Gap } from "@attune/streams";
import { expect } from "vitest";
import { busyMs, faultTest, join, startFleet, timed, until } from "./fleet.ts";
import { Ledger } from "./ledger.ts";

faultTest(
  "after kill -9 and restart of the server consumers go on, and nothing acknowledged is lost or doubled",
  async () => {
    const { server } = await startFleet({ appendOnly: true, args: ["--appendfsync", "always"] });
    const publisher = await join(server.url);
    const follower = await join(server.url);
    const ledger = new Ledger(publisher.streamer, "durable");
    const consumer = follower.streamer.consumeEvents({ eventTypes: ["durable"], blockMs: 1000 });
    await consumer.ready;
    ledger.consume(consumer);
    let stopped = false;
    const publishing = ledger.publishUntil(() => stopped);
    for (let round = 0; round < 3; round++) {
      const before = ledger.acknowledged;
      await until("events go through", () => ledger.acknowledged > before + 100);
      await server.kill();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await server.start();
    }
    const before = ledger.acknowledged;
    await until("events go through again", () => ledger.acknowledged > before + 100);
    stopped = true;
    await publishing;
    const counts = await ledger.settle(5000);
    console.info(`3 x kill -9: ${JSON.stringify(counts)}`);
    expect(counts).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 });
    // One warning when each outage began and one when it was over, whatever the number of calls that failed.
    expect(
      publisher.warnings.filter((warning) => warning.includes("Going on without it")).length,
    ).toBeLessThanOrEqual(3);
    expect(
      publisher.warnings.filter((warning) => /the store at \S+ is back/.test(warning)).length,
    ).toBeGreaterThan(0);
  },
);

faultTest("a server that comes back empty is reported as reset, and new events are delivered", async () => {
  const { server } = await startFleet();
  const { streamer } = await join(server.url);
  const gaps: Gap[] = [];
  const ledger = new Ledger(streamer, "volatile");
  const consumer = streamer.consumeEvents({ eventTypes: ["volatile"], onGap: (gap) => gaps.push(gap) });
  await consumer.ready;
  ledger.consume(consumer);
  await ledger.publishMany(20, 1);
  await ledger.settle(2000);
  await server.kill();
  await server.start();
  await until("publishing works again", () => {
    void ledger.publish();
    return ledger.acknowledged >= 40;
  });
  const counts = await ledger.settle(3000);
  expect(counts).toMatchObject({ lost: 0, duplicated: 0 });
  expect(gaps).toEqual([{ eventType: "volatile", missed: null, reason: "reset" }]);
});

faultTest("a server that is down at the start and up later works, for publishers and consumers", async () => {
  const { server } = await startFleet();
  await server.kill();
  const opened = await timed(join(server.url));
  expect(opened.ms).toBeLessThan(2000 + busyMs);
  const { transport, streamer, warnings } = opened.result;
  expect(transport.status).toBe("unavailable");
  const ledger = new Ledger(streamer, "later");
  const consumer = streamer.consumeEvents({ eventTypes: ["later"] });
  ledger.consume(consumer);
  const first = await timed(ledger.publish());
  expect(first.result).toBe("");
  // Known to be away: at once.
  expect(first.ms).toBeLessThan(1000);
  expect(await streamer.getRecentEvents("later")).toEqual([]);
  expect(warnings).toHaveLength(1);
  await server.start();
  await consumer.ready;
  await ledger.publishMany(50, 1);
  expect(await ledger.settle(3000)).toMatchObject({ acknowledged: 50, lost: 0, duplicated: 0 });
});

faultTest("onUnavailable: throw gives ATTUNE_TRANSPORT_UNAVAILABLE instead of neutral values", async () => {
  const { server } = await startFleet();
  const { streamer } = await join(server.url, { onUnavailable: "throw" });
  await server.kill();
  const unavailable = { code: "ATTUNE_TRANSPORT_UNAVAILABLE" };
  await expect(streamer.publishEvent("x", 1)).rejects.toMatchObject(unavailable);
  await expect(streamer.publishEvents([{ eventType: "x", data: 1 }])).rejects.toMatchObject(unavailable);
  await expect(streamer.getRecentEvents("x")).rejects.toMatchObject(unavailable);
  await expect(streamer.listEventTypes()).rejects.toMatchObject(unavailable);
  await expect(streamer.deleteStream("x")).rejects.toMatchObject(unavailable);
});
