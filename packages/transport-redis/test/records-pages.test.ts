/** Many records at once: pages over a restart of the server, and reads of more keys than a call of a function takes. */
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually, open } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("many records on Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ appendOnly: true });
  });
  afterAll(() => server.stop());

  const put = { value: "v", leaseMs: null, keepMs: 600_000 };

  it("pages go on over a restart of the server, and nothing is left out", async () => {
    const { transport } = await open({ url: server.url });
    const keys = Array.from({ length: 3000 }, (_, n) => `key-${n}`);
    await Promise.all(keys.map((key) => transport.records.put({ ...put, bucket: "pages", key })));
    const listed = new Set<string>();
    const page = async (from: string | null) => {
      const { records, next } = await transport.records.list({ bucket: "pages", from, count: 200 });
      for (const { key } of records) listed.add(key);
      return next;
    };
    let next: string | null = null;
    for (let pages = 0; pages < 5; pages++) next = await page(next);
    expect(next).not.toBe(null);
    await server.restart();
    await eventually(() => expect(transport.status).toBe("available"));
    while (next !== null) next = await page(next);
    expect([...listed].sort()).toEqual(keys.sort());
  }, 20_000);

  it("60,000 keys are read at once, in the order asked for", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 20_000 });
    const keys = Array.from({ length: 60_000 }, (_, n) => `key-${n}`);
    const there = [0, 4321, 59_999];
    for (const n of there) await transport.records.put({ ...put, bucket: "many", key: keys[n]! });
    const records = await transport.records.get("many", keys);
    expect(records).toHaveLength(keys.length);
    expect(records.flatMap((record, n) => (record ? [n] : []))).toEqual(there);
    for (const n of there) expect(records[n]).toMatchObject({ key: keys[n], value: "v", version: 1 });
  }, 30_000);
});
