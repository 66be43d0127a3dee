/** The bell's subscriptions on a real Redis: watches that come and go while a SUBSCRIBE is under way, and outages. */
import { systemClock } from "@attune/transport";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { eventually, open } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("the bell on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const channel = (topic: string) => `empathy:bell:${topic}`;
  const subscribers = async (topic: string) => {
    const reply = await server.command("PUBSUB", "NUMSUB", channel(topic));
    return (reply as unknown as [string, number])[1];
  };

  it("a topic that was watched, left and watched again before anything was sent rings", async () => {
    const { transport } = await open({ url: server.url });
    const left = vi.fn<() => void>();
    const ring = vi.fn<() => void>();
    transport.bell.watch(["mailbox:again"], left).close();
    const watch = transport.bell.watch(["mailbox:again"], ring);
    await watch.ready;
    expect(await subscribers("mailbox:again")).toBe(1);
    const before = ring.mock.calls.length;
    await server.command("PUBLISH", channel("mailbox:again"), "");
    await eventually(() => expect(ring.mock.calls.length).toBeGreaterThan(before));
    expect(left).not.toHaveBeenCalled();
    watch.close();
  });

  it("a topic that was left and is watched again stays subscribed when those that nobody watches go", async () => {
    // Twenty times as fast: topics linger for seconds.
    const clock = {
      now: systemClock.now,
      monotonic: () => systemClock.monotonic() * 20,
      setTimer: (callback: () => void, ms: number, options?: { background?: boolean }) =>
        systemClock.setTimer(callback, ms / 20, options),
    };
    const { transport } = await open({ url: server.url, clock, operationTimeoutMs: 60_000 });
    const left = ["mailbox:kept", "mailbox:gone"].map((topic) =>
      transport.bell.watch([topic as `mailbox:${string}`], () => {}),
    );
    await Promise.all(left.map(({ ready }) => ready));
    for (const watch of left) watch.close();
    const watch = transport.bell.watch(["mailbox:kept"], () => {});
    await watch.ready;
    await eventually(async () => expect(await subscribers("mailbox:gone")).toBe(0));
    expect(await subscribers("mailbox:kept")).toBe(1);
  });

  it("of two watches with the same callback one can be closed, twice, without silencing the other", async () => {
    const { transport } = await open({ url: server.url });
    const ring = vi.fn<() => void>();
    const [closed, left] = [1, 2].map(() => transport.bell.watch(["mailbox:both", "mailbox:both"], ring));
    await Promise.all([closed!.ready, left!.ready]);
    closed!.close();
    closed!.close();
    const before = ring.mock.calls.length;
    await server.command("PUBLISH", channel("mailbox:both"), "");
    await eventually(() => expect(ring.mock.calls.length).toBeGreaterThan(before));
  });

  it("a second watch of a topic is ready only once the server has subscribed the first", async () => {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url() });
    await transport.bell.watch(["streams"], () => {}).ready;
    proxy.delay(100);
    const ring = vi.fn<() => void>();
    const first = transport.bell.watch(["mailbox:slow"], () => {});
    const second = transport.bell.watch(["mailbox:slow", "streams"], ring);
    await second.ready;
    expect(await subscribers("mailbox:slow")).toBe(1);
    await first.ready;
    const before = ring.mock.calls.length;
    await server.command("PUBLISH", channel("mailbox:slow"), "");
    await eventually(() => expect(ring.mock.calls.length).toBeGreaterThan(before));
  });

  it("while the store is away no watch is ready; once it is back the old ones ring, and new ones are ready", async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const { transport } = await open({ url: own.url, operationTimeoutMs: 200 });
    await own.kill();
    const ring = vi.fn<() => void>();
    const watches = [1, 2, 3].map(() => transport.bell.watch(["broadcasts"], ring));
    for (const { status } of await Promise.allSettled(watches.map(({ ready }) => ready))) {
      expect(status).toBe("rejected");
    }
    expect(ring).not.toHaveBeenCalled();
    await own.start();
    const later = vi.fn<() => void>();
    await eventually(() => transport.bell.watch(["broadcasts"], later).ready);
    expect(ring).toHaveBeenCalled(); // whatever happened meanwhile: look again
    for (const each of [ring, later]) {
      const before = each.mock.calls.length;
      await own.command("PUBLISH", channel("broadcasts"), "");
      await eventually(() => expect(each.mock.calls.length).toBeGreaterThan(before));
    }
  }, 10_000);

  it("a watch that is closed at once while the store is away is nobody's unhandled rejection", async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => void rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    onTestFinished(() => void process.off("unhandledRejection", onRejection));
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const { transport } = await open({ url: own.url, operationTimeoutMs: 100 });
    await own.kill();
    for (const topic of ["streams", "streams", "mailbox:x"] as const) {
      transport.bell.watch([topic], () => {}).close();
    }
    // One that is looked at and fails after those.
    await expect(transport.bell.watch(["broadcasts"], () => {}).ready).rejects.toMatchObject({
      code: "ATTUNE_TRANSPORT_UNAVAILABLE",
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(rejections).toEqual([]);
  });
});
