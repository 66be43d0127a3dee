/** What mailboxes leave in Redis, and what becomes of a take that the server carries out too late. */
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, open, toPost } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("mailboxes on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  const keys = async () => (await server.command("KEYS", "*")) as unknown as string[];

  it("every key has a time to live", async () => {
    const { transport } = await open({ url: server.url });
    const { mailboxes } = transport;
    await mailboxes.post(toPost("1"));
    await mailboxes.post(toPost("2", { target: null }));
    await mailboxes.take({ agent: "x", wanted: { anyOf: [{}], count: 2 }, receipt: "r" });
    await mailboxes.restore("x", "r");
    await mailboxes.clear("x", {});
    await mailboxes.restore("y", "unknown");
    for (const key of await keys()) {
      expect(await server.command("PTTL", key), key).toBeGreaterThan(0);
    }
  });

  it("what nobody takes is gone from the server once its time is over", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 100 });
    await transport.mailboxes.post(toPost("1", { ttlMs: 50 }));
    await transport.mailboxes.post(toPost("2", { target: null, ttlMs: 50 }));
    await eventually(async () =>
      expect((await keys()).filter((key) => !key.includes(":posted:"))).toEqual([]),
    );
  });

  it("a mailbox that is written to and never read does not keep what has expired", async () => {
    const { transport } = await open({ url: server.url });
    for (let n = 0; n < 300; n++) await transport.mailboxes.post(toPost(`m${n}`, { ttlMs: 20 }));
    expect(await server.command("LLEN", "empathy:mailbox:{x}:type:go")).toBeLessThan(250);
  });

  it("a full mailbox that was emptied by expiry has room again", async () => {
    const { transport } = await open({ url: server.url });
    const small = { maxPending: 3, ttlMs: 3000 };
    for (const id of ["1", "2"]) await transport.mailboxes.post(toPost(id, { ...small, type: id }));
    await transport.mailboxes.post(toPost("3", { ...small, ttlMs: 60_000 }));
    expect(await transport.mailboxes.post(toPost("4", small))).toBe("full");
    await eventually(async () => expect(await transport.mailboxes.post(toPost("5", small))).toBe("posted"));
  });

  it("a mailbox known to be full until long from now has room when something shorter has come and gone", async () => {
    const { transport } = await open({ url: server.url });
    const post = (id: string, ttlMs = 60_000) =>
      transport.mailboxes.post(toPost(id, { ttlMs, maxPending: 2 }));
    for (const id of ["1", "2"]) await post(id);
    expect(await post("3")).toBe("full");
    await transport.mailboxes.take({ agent: "x", wanted: { anyOf: [{}], count: 1 }, receipt: "r" });
    expect(await post("short", 3000)).toBe("posted");
    expect(await post("3")).toBe("full");
    await eventually(async () => expect(await post("3")).toBe("posted"));
    expect(await post("4")).toBe("full");
    const pending = await transport.mailboxes.list({ agent: "x", selector: {}, count: 9 });
    expect(pending.map(({ id }) => id)).toEqual(["2", "3"]);
  });

  it("a mailbox known to be full until long from now has room when what was restored to it has expired", async () => {
    const { transport } = await open({ url: server.url });
    const { mailboxes } = transport;
    const post = (id: string, ttlMs = 60_000) => mailboxes.post(toPost(id, { ttlMs, maxPending: 2 }));
    const takeOne = (receipt: string) =>
      mailboxes.take({ agent: "x", wanted: { anyOf: [{}], count: 1 }, receipt });
    await post("short", 3500);
    await post("2");
    expect(await takeOne("r1")).toMatchObject([{ id: "short" }]);
    await post("3");
    expect(await post("4")).toBe("full");
    await mailboxes.restore("x", "r1");
    await eventually(async () =>
      expect(await mailboxes.list({ agent: "x", selector: {}, count: 9 })).toHaveLength(2),
    );
    expect(await takeOne("r2")).toMatchObject([{ id: "2" }]);
    expect(await post("4")).toBe("posted");
    expect(await post("5")).toBe("full");
  });

  it("types that are used once leave nothing behind", async () => {
    const { transport } = await open({ url: server.url });
    const types = Array.from({ length: 2000 }, (_, n) => `reply-${n}`);
    for (let first = 0; first < types.length; first += 100) {
      const some = types.slice(first, first + 100);
      await Promise.all(some.map((type) => transport.mailboxes.post(toPost(type, { type }))));
      await Promise.all(
        some.map(async (type, n) => {
          // By the short way and by the long one.
          const wanted = n % 2 ? { anyOf: [{ type }], count: 1 } : { eachOf: [{ type }] };
          const taken = await transport.mailboxes.take({ agent: "x", wanted, receipt: type });
          expect(taken).toHaveLength(1);
        }),
      );
    }
    expect(await server.command("HLEN", "empathy:mailbox:{x}")).toBeLessThan(8);
  });

  it("a take that the server carries out after its time is undone", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 3000 });
    const { transport: other } = await open({ url: server.url });
    await transport.mailboxes.post(toPost("1"));
    await transport.mailboxes.post(toPost("2", { target: null }));
    // The first reading of the broadcasts is over: the take itself is what meets the frozen server.
    await transport.mailboxes.list({ agent: "x", selector: {}, count: 9 });
    server.pause();
    onTestFinished(() => server.resume());
    const take = transport.mailboxes.take({ agent: "x", wanted: { anyOf: [{}], count: 2 }, receipt: "late" });
    await expect(take).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    server.resume();
    await eventually(async () =>
      // The receipt is void: that is how we know that the undoing has come through, and not just before the take.
      expect(await server.command("GET", "empathy:mailbox:{x}:receipt:late")).toBe("restored"),
    );
    const pending = await other.mailboxes.list({ agent: "x", selector: {}, count: 9 });
    expect(pending.map(({ id }) => id)).toEqual(["1", "2"]);
  });

  it("twenty agents that wait in one process share the subscriber connection", async () => {
    const { transport } = await open({ url: server.url });
    const watches = Array.from({ length: 20 }, (_, n) =>
      transport.bell.watch([`mailbox:agent-${n}`, "broadcasts"], () => {}),
    );
    await Promise.all(watches.map(({ ready }) => ready));
    const clients = String(await server.command("CLIENT", "LIST"))
      .trim()
      .split("\n");
    expect(clients.filter((client) => !client.includes("cmd=client"))).toHaveLength(2);
    for (const watch of watches) watch.close();
  });
});
