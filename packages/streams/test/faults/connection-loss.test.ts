import { expect } from "vitest";
import { busyMs, faultTest, join, startFleet, timed, until } from "./fleet.ts";
import { Ledger } from "./ledger.ts";

faultTest(
  "CLIENT KILL in the midst of traffic, ten times: nothing acknowledged is lost or doubled",
  async () => {
    const { server } = await startFleet();
    const publisher = await join(server.url);
    const follower = await join(server.url);
    const ledger = new Ledger(publisher.streamer, "killed");
    const consumer = follower.streamer.consumeEvents({ eventTypes: ["killed"], blockMs: 1000 });
    await consumer.ready;
    ledger.consume(consumer);
    let stopped = false;
    const publishing = ledger.publishUntil(() => stopped);
    for (let round = 0; round < 10; round++) {
      const before = ledger.acknowledged;
      await until("events go through", () => ledger.acknowledged > before + 20);
      await server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }
    const before = ledger.acknowledged;
    await until("events go through again", () => ledger.acknowledged > before + 20);
    stopped = true;
    await publishing;
    const counts = await ledger.settle(5000);
    console.info(`10 x CLIENT KILL: ${JSON.stringify(counts)}`);
    expect(counts).toMatchObject({ lost: 0, duplicated: 0, outOfOrder: 0 });
  },
);

faultTest(
  "connections that go silent are noticed: calls settle in time, the consumer goes on within block + 2 s",
  async () => {
    const { server, proxy } = await startFleet();
    const blockMs = 1000;
    const operationTimeoutMs = 500;
    const outside = await join(server.url);
    const inside = await join(proxy.url(), { operationTimeoutMs });
    const ledger = new Ledger(outside.streamer, "silent");
    const consumer = inside.streamer.consumeEvents({ eventTypes: ["silent"], blockMs });
    await consumer.ready;
    ledger.consume(consumer);
    await ledger.publishMany(10, 1);
    await until("the first ten arrive", () => ledger.delivered === 10);

    proxy.goSilent();
    // The connections that exist now are dead for ever, as after a firewall forgot them; new ones work.
    proxy.speak({ held: "drop" });
    const silentSince = performance.now();
    const call = await timed(inside.streamer.publishEvent("other", 1));
    expect(call.ms).toBeLessThan(operationTimeoutMs + busyMs);
    await ledger.publishMany(10, 1);
    await until("the next ten arrive", () => ledger.delivered === 20, blockMs + 2000 + busyMs);
    const resumedAfter = performance.now() - silentSince;
    console.info(
      `silent: publish settled after ${call.ms.toFixed(0)} ms, consumer went on after ${resumedAfter.toFixed(0)} ms (block ${blockMs} ms)`,
    );
    expect(resumedAfter).toBeLessThan(blockMs + 2000 + busyMs);
    // The blocking reader works again, too: events come at once, not at the next look.
    let prompt = 0;
    const liveBy = performance.now() + 15_000;
    while (prompt < 10 && performance.now() < liveBy) {
      const before = ledger.delivered;
      await ledger.publish();
      prompt =
        (await until("one more arrives", () => ledger.delivered > before)) < blockMs / 2 ? prompt + 1 : 0;
    }
    expect(prompt).toBe(10);
    expect(await ledger.settle(1000)).toMatchObject({
      lost: 0,
      duplicated: 0,
      outOfOrder: 0,
    });
    await until("publishing works again", () => inside.transport.status === "available");
    expect(await inside.streamer.publishEvent("other", 2)).not.toBe("");
  },
);

faultTest("a half-closed connection is replaced, and the consumer goes on", async () => {
  const { server, proxy } = await startFleet();
  const outside = await join(server.url);
  const inside = await join(proxy.url(), { operationTimeoutMs: 500 });
  const ledger = new Ledger(outside.streamer, "half");
  const consumer = inside.streamer.consumeEvents({ eventTypes: ["half"], blockMs: 1000 });
  await consumer.ready;
  ledger.consume(consumer);
  await ledger.publishMany(10, 1);
  await until("the first ten arrive", () => ledger.delivered === 10);
  proxy.halfClose();
  await ledger.publishMany(10, 1);
  await until("the next ten arrive", () => ledger.delivered === 20, 3000 + busyMs);
  expect(await ledger.settle(1000)).toMatchObject({ lost: 0, duplicated: 0 });
});

faultTest(
  "a server stopped with SIGSTOP: every call settles within its timeout, then at once, and all is well after SIGCONT",
  async () => {
    const { server } = await startFleet();
    const operationTimeoutMs = 2000;
    const { transport, streamer, warnings } = await join(server.url, { operationTimeoutMs });
    const ledger = new Ledger(streamer, "stopped");
    const consumer = streamer.consumeEvents({ eventTypes: ["stopped"], blockMs: 500 });
    await consumer.ready;
    ledger.consume(consumer);
    await ledger.publishMany(50, 10);
    server.pause();
    const calls = await Promise.all([
      timed(ledger.publish()),
      timed(streamer.getRecentEvents("stopped")),
      timed(streamer.getStreamInfo("stopped")),
      timed(streamer.listEventTypes()),
      // Of another stream: the server will carry it out late, among the new events.
      timed(streamer.trimStream("other", 10)),
    ]);
    expect(calls.map((call) => call.result)).toEqual(["", [], null, [], 0]);
    expect(Math.max(...calls.map((call) => call.ms))).toBeLessThan(operationTimeoutMs + busyMs);
    expect(transport.status).toBe("unavailable");
    const known = await timed(ledger.publish());
    expect(known.ms).toBeLessThan(operationTimeoutMs / 2);
    expect(warnings.filter((warning) => warning.includes("Going on without it"))).toHaveLength(1);
    // Long enough for several reconnections to hang in their handshake.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    server.resume();
    await until("the store is back", () => transport.status === "available");
    await ledger.publishMany(50, 10);
    const counts = await ledger.settle(3000);
    console.info(`SIGSTOP for 2 s: ${JSON.stringify(counts)}`);
    expect(counts).toMatchObject({ lost: 0, duplicated: 0 });
    expect(counts.acknowledged).toBeGreaterThanOrEqual(100);
    expect(warnings.filter((warning) => /the store at \S+ is back/.test(warning))).toHaveLength(1);
  },
);

faultTest("replies that take 150 ms are waited for", async () => {
  const { proxy } = await startFleet();
  const { streamer } = await join(proxy.url());
  const ledger = new Ledger(streamer, "slow");
  const consumer = streamer.consumeEvents({ eventTypes: ["slow"] });
  await consumer.ready;
  ledger.consume(consumer);
  proxy.delay(75);
  await ledger.publishMany(200, 100);
  expect(await ledger.settle(3000)).toMatchObject({ acknowledged: 200, lost: 0, duplicated: 0 });
});
