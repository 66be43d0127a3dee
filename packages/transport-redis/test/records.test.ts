/** What records leave in Redis. */
import type { Transport } from "@attune/transport";
import { startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from "vitest";
import { eventually, open } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("records on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.command("FLUSHALL"));
  afterAll(() => server.stop());

  const put = {
    bucket: "heartbeat",
    key: "a:b {x}",
    value: '{"agent_id":"a"}',
    leaseMs: 50_000,
    keepMs: 60_000,
  };

  it("a visible record is a text with the lease as its time to live", async () => {
    const { transport } = await open({ url: server.url });
    await transport.records.put({ ...put, visible: put.value });
    expect(await server.command("GET", "empathy:heartbeat:a:b %7Bx%7D")).toBe(put.value);
    const ttl = Number(await server.command("PTTL", "empathy:heartbeat:a:b %7Bx%7D"));
    expect(ttl).toBeGreaterThan(10_000);
    expect(ttl).toBeLessThanOrEqual(50_000);
    await transport.records.delete("heartbeat", put.key);
    expect(await server.command("EXISTS", "empathy:heartbeat:a:b %7Bx%7D")).toBe(0);
  });

  it("a put that was refused does not show", async () => {
    const { transport } = await open({ url: server.url });
    await transport.records.put({ ...put, visible: put.value, condition: { holder: "new" } });
    const old = { ...put, value: "old", visible: "old", condition: { holder: "old", incarnation: 1 } };
    expect(await transport.records.put(old)).toMatchObject({ stored: false });
    expect(await server.command("GET", "empathy:heartbeat:a:b %7Bx%7D")).toBe(put.value);
  });

  it("every key has a time to live, and a bucket that nobody writes to goes away", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 3000 });
    const short = { ...put, leaseMs: 40, keepMs: 3000, visible: put.value };
    await transport.records.put({ ...short, condition: { version: 1 } });
    await transport.records.put({ ...short, condition: { absent: true } });
    await transport.records.put({ ...short, key: "kept", leaseMs: null });
    const claim = { bucket: "heartbeat", claimer: "c", holdMs: 100, count: 9, gapMs: 1000 };
    await eventually(async () => expect(await transport.records.claimExpired(claim)).toHaveLength(1));
    await transport.records.settleExpired({ bucket: "heartbeat", key: put.key, version: 1, claimer: "c" });
    const keys = async () => (await server.command("KEYS", "*")) as unknown as string[];
    for (const key of await keys()) expect(await server.command("PTTL", key), key).not.toBe(-1);
    await eventually(async () =>
      expect((await keys()).filter((key) => !key.includes(":written:"))).toEqual([]),
    );
  });

  it("records whose time is over leave the hash as others are put", async () => {
    const { transport } = await open({ url: server.url });
    for (let n = 0; n < 50; n++) {
      const leaseMs = n % 2 === 0 ? null : 1;
      await transport.records.put({ ...put, key: `k${n}`, leaseMs, keepMs: 1 });
    }
    await transport.records.put({ ...put, key: "long" });
    await eventually(async () => {
      await transport.records.put({ ...put, key: "long" });
      expect(await server.command("HLEN", "empathy:records:{heartbeat}:values")).toBe(1);
    });
  });

  it("what people see is never another value than the record's, however two holders race", async () => {
    const proxy = await startProxy({ target: server });
    onTestFinished(() => proxy.close());
    const { transport: slow } = await open({ url: proxy.url() });
    const { transport: fast } = await open({ url: server.url });
    proxy.delay(2);
    let racing = true;
    const race = async ({ records }: Transport, name: string, rounds: number) => {
      for (let n = 0; n < rounds && racing; n++) {
        const condition = { holder: `${name}-${n}` };
        await records.put({
          ...put,
          key: "k",
          value: condition.holder,
          visible: condition.holder,
          condition,
        });
      }
    };
    const both = `local record = redis.call('HGET', KEYS[1], 'k') or ''
      return { redis.call('GET', KEYS[2]) or '', string.match(record, '\\n(.*)$') or '' }`;
    const [values, visible] = ["empathy:records:{heartbeat}:values", "empathy:heartbeat:k"];
    const look = async () => (await server.command("EVAL", both, 2, values, visible)) as unknown as string[];
    const races = Promise.all([
      race(slow, "slow", 60).finally(() => (racing = false)),
      race(fast, "fast", 1e6),
    ]);
    const differences: unknown[] = [];
    while (racing) {
      const [shown, value] = await look();
      if (shown !== value) differences.push({ shown, value });
    }
    await races;
    expect(differences).toEqual([]);
    const [shown, value] = await look();
    expect(shown).toMatch(/^(slow|fast)-\d+$/);
    expect(shown).toBe(value);
    expect(await slow.records.delete("heartbeat", "k")).toBe(true);
    expect(await look()).toEqual(["", ""]);
  });

  it("a claimer who settles nothing is told of all expiries all the same, a few at a time", async () => {
    const { transport } = await open({ url: server.url });
    const keys = Array.from({ length: 10 }, (_, n) => `k${n}`);
    await Promise.all(keys.map((key) => transport.records.put({ ...put, key, leaseMs: 20 })));
    const claim = { bucket: "heartbeat", claimer: "c", holdMs: 60_000, count: 3, gapMs: 60_000 };
    const told = new Set<string>();
    await eventually(async () => {
      const claimed = await transport.records.claimExpired(claim);
      expect(claimed.length).toBeLessThanOrEqual(3);
      for (const { key } of claimed) told.add(key);
      expect([...told].sort()).toEqual(keys);
    });
    // Then from the beginning, and to nobody else.
    expect(await transport.records.claimExpired(claim)).toHaveLength(3);
    expect(await transport.records.claimExpired({ ...claim, claimer: "d", count: 99 })).toEqual([]);
  });
});
