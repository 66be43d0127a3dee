/** Scripts on a server that does not know them (any more), or that changes its mind while they are used. */
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventually, follow, open, toRequest } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("scripts", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const keyed = (value: unknown) => [toRequest("a", value, { idempotencyKey: `k-${value}` })];

  it("every operation works after SCRIPT FLUSH", async () => {
    const { transport } = await open({ url: server.url, prefix: "flush:" });
    const { streams } = transport;
    const [first] = await streams.append(keyed(1));
    const flush = () => server.command("SCRIPT", "FLUSH");
    await flush();
    expect(await streams.append(keyed(1))).toEqual([first]);
    await flush();
    expect(await streams.states(["a"])).toMatchObject([{ length: 1, added: 1, lastId: first }]);
    await flush();
    expect(await streams.read(new Map([["a", "0-0"]]), { count: 10, blockMs: 0 })).toMatchObject([
      { firstOrdinal: 1, entries: [{ id: first }] },
    ]);
    await flush();
    await streams.append([toRequest("b", 1)]);
    await eventually(async () =>
      expect((await streams.list({ thorough: false })).sort()).toEqual(["a", "b"]),
    );
    await flush();
    expect(await streams.delete("a")).toBe(true);
    expect(await streams.states(["a"])).toMatchObject([{ length: 0 }]);
  });

  it("many calls at once on a server without scripts all succeed, each once", async () => {
    const { transport } = await open({ url: server.url, prefix: "many:" });
    await server.command("SCRIPT", "FLUSH");
    const ids = await Promise.all(
      Array.from({ length: 50 }, (_, n) => transport.streams.append(keyed(n % 25))),
    );
    expect(new Set(ids.flat()).size).toBe(25);
    expect(await transport.streams.states(["a"])).toMatchObject([{ length: 25, added: 25 }]);
  });

  it("a follower gets every event while scripts are flushed all the time, with no gap", async () => {
    const { transport } = await open({ url: server.url, prefix: "follow:" });
    const followed = follow(transport, { eventTypes: "all", from: "now", blockMs: 100 });
    await followed.follower.ready;
    for (let n = 0; n < 50; n++) {
      await server.command("SCRIPT", "FLUSH");
      await transport.streams.append(n % 2 ? keyed(n) : [toRequest("a", n)]);
    }
    await eventually(() => expect(followed.values).toEqual(Array.from({ length: 50 }, (_, n) => n)));
    expect(followed.gaps).toEqual([]);
  });

  it("they never resolve a NOSCRIPT by loading: an eval is enough, and the next call goes by hash", async () => {
    const { transport } = await open({ url: server.url, prefix: "stats:" });
    await server.command("SCRIPT", "FLUSH");
    await transport.streams.states(["a"]);
    await server.command("CONFIG", "RESETSTAT");
    for (let n = 0; n < 5; n++) await transport.streams.states(["a"]);
    const stats = String(await server.command("INFO", "commandstats"));
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe("5");
    expect(stats).not.toMatch(/cmdstat_(eval|script\S*):/);
  });
});
