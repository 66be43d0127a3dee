/** Many broadcasts: what agents have seen is not offered again, and neither many nor a flow of them stops anybody. */
import type { PostRequest, Transport } from "@attune/transport";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, open, toPost } from "./opened.ts";

const broadcast = (id: string, more: Partial<PostRequest> = {}) => toPost(id, { target: null, ...more });

describe.skipIf(inject("redisUrl") === "")("broadcasts on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  async function postAll({ mailboxes }: Transport, ids: readonly string[], more?: Partial<PostRequest>) {
    for (let first = 0; first < ids.length; first += 1000) {
      await Promise.all(ids.slice(first, first + 1000).map((id) => mailboxes.post(broadcast(id, more))));
    }
  }

  it("what an agent has seen is not offered again with each look, and is seen at once when it is restored", async () => {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url() });
    const ids = Array.from({ length: 300 }, (_, n) => `b${n}`);
    await postAll(transport, ids);
    const take = async (count: number, receipt: string) =>
      (await transport.mailboxes.take({ agent: "x", wanted: { anyOf: [{}], count }, receipt })).map(
        ({ id }) => id,
      );
    const list = async () =>
      (await transport.mailboxes.list({ agent: "x", selector: {}, count: 1000 })).map(({ id }) => id);
    const bytesOf = async (look: () => Promise<string[]>) => {
      const before = proxy.counters.bytesToServer;
      expect(await look()).toEqual([]);
      return proxy.counters.bytesToServer - before;
    };
    expect(await list()).toEqual(ids);
    // The look runs behind the take and finds that all are seen, before it is known that the take has arrived.
    const takeAndLook = (receipt: string) => Promise.all([take(300, receipt), take(1, `look-${receipt}`)]);
    expect(await takeAndLook("r1")).toEqual([ids, []]);
    expect(await bytesOf(list)).toBeLessThan(1000);

    await transport.mailboxes.restore("x", "r1");
    expect(await list()).toEqual(ids);
    expect(await takeAndLook("r2")).toEqual([ids, []]);
    expect(await bytesOf(list)).toBeLessThan(1000);
    expect(await bytesOf(() => take(1, "r3"))).toBeLessThan(1000);
  });

  it("a look that is under way while a broadcast is restored does not hide it", async () => {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { mailboxes } = (await open({ url: proxy.url() })).transport;
    const list = () => mailboxes.list({ agent: "x", selector: {}, count: 9 });
    await mailboxes.post(broadcast("b"));
    expect(await list()).toHaveLength(1);
    proxy.delay(50);
    const { requests } = proxy.counters;
    const wanted = { anyOf: [{}], count: 1 };
    const taken = mailboxes.take({ agent: "x", wanted, receipt: "r" });
    await eventually(() => expect(proxy.counters.requests).toBeGreaterThan(requests), { interval: 5 });
    const look = mailboxes.take({ agent: "x", wanted, receipt: "look" });
    expect(await taken).toHaveLength(1);
    const restored = mailboxes.restore("x", "r");
    expect(await look).toEqual([]);
    await restored;
    expect(await list()).toHaveLength(1);
    expect(await mailboxes.take({ agent: "x", wanted, receipt: "again" })).toHaveLength(1);
  });

  it("short ones behind one that lasts are not kept and offered for as long as that one", async () => {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url() });
    const list = (agent: string) => transport.mailboxes.list({ agent, selector: {}, count: 1000 });
    await transport.mailboxes.post(broadcast("long"));
    for (let round = 0; round < 5; round++) {
      const ids = Array.from({ length: 200 }, (_, n) => `short-${round}-${n}`);
      await postAll(transport, ids, { ttlMs: 100 });
      await list("reader");
      await eventually(async () => expect(await list("reader")).toHaveLength(1));
    }
    const before = proxy.counters.bytesToServer;
    expect(await list("fresh")).toHaveLength(1);
    // Of 1000, fewer than 300.
    expect(proxy.counters.bytesToServer - before).toBeLessThan(25_000);
  });

  // More than one call of a Lua function can be given.
  it("with 10,000 broadcasts a take, a list, a restoring and a clearing work", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 20_000 });
    const { transport: fresh } = await open({ url: server.url, operationTimeoutMs: 20_000 });
    const ids = Array.from({ length: 10_000 }, (_, n) => `b${n}`);
    await postAll(transport, ids.slice(0, -1));
    await postAll(transport, ids.slice(-1), { type: "last" });
    const { mailboxes } = fresh;
    const list = async () =>
      (await mailboxes.list({ agent: "x", selector: {}, count: 100_000 })).map(({ id }) => id);
    const take = async (count: number, receipt: string) =>
      (await mailboxes.take({ agent: "x", wanted: { anyOf: [{}], count }, receipt })).map(({ id }) => id);
    expect(await take(1, "r1")).toEqual(["b0"]);
    const wanted = { eachOf: [{ type: "last" }, { type: "go" }] };
    const each = await mailboxes.take({ agent: "x", wanted, receipt: "r2" });
    expect(each.map(({ id }) => id)).toEqual(["b9999", "b1"]);
    expect(await take(1000, "r3")).toEqual(ids.slice(2, 1002));
    expect(await list()).toEqual(ids.slice(1002, -1));
    await mailboxes.restore("x", "r3");
    expect(await mailboxes.clear("x", {})).toBe(ids.length - 3);
    expect(await list()).toEqual([]);
    expect(await take(1, "r4")).toEqual([]);
    // Everybody else's are as they were.
    expect(await mailboxes.clear("y", { type: "last" })).toBe(1);
  }, 60_000);

  it("a take that cannot be had ends while broadcasts keep coming", async () => {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport } = await open({ url: proxy.url() });
    const { transport: other } = await open({ url: server.url });
    let posted = 0;
    const flow = setInterval(() => void other.mailboxes.post(broadcast(`b${posted++}`)), 10);
    onTestFinished(() => clearInterval(flow));
    proxy.delay(15);
    await eventually(() => expect(posted).toBeGreaterThan(10));
    const wanted = { eachOf: [{ type: "go" }, { type: "never" }] };
    expect(await transport.mailboxes.take({ agent: "x", wanted, receipt: "r" })).toEqual([]);
  });

  it("a full log refuses without going through it, and has room for one once one has expired", async () => {
    const { transport } = await open({ url: server.url });
    const full = { maxPending: 2000 };
    const ids = Array.from({ length: 1999 }, (_, n) => `b${n}`);
    const post = (id: string) => transport.mailboxes.post(broadcast(id, full));
    await postAll(transport, ids, full);
    await transport.mailboxes.post(broadcast("short", { ...full, ttlMs: 5000 }));
    await server.command("CONFIG", "RESETSTAT");
    for (let n = 0; n < 100; n++) expect(await post("more")).toBe("full");
    const stats = String(await server.command("INFO", "commandstats"));
    const calls = [...stats.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)];
    expect(calls.map(([, command]) => command)).not.toContain("xrange");
    expect(calls.reduce((sum, [, , count]) => sum + Number(count), 0)).toBeLessThan(1000);

    await eventually(async () => expect(await post("more")).toBe("posted"));
    expect(await post("too-many")).toBe("full");
    const listed = await transport.mailboxes.list({ agent: "x", selector: {}, count: 3000 });
    expect(listed.map(({ id }) => id)).toEqual([...ids, "more"]);
  }, 10_000);
});
