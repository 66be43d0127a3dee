/** What `transport.info()` tells of a server: as the server tells it, and nothing where we may not look. */
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { eventually, open } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("what a server says of itself", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ args: ["--busy-reply-threshold", "10"] });
  });
  afterAll(() => server.stop());

  it("is the version and the memory that INFO has, those of everything on the server", async () => {
    const { transport } = await open({ url: server.url });
    const info = String(await server.command("INFO"));
    const { product, version, bytes } = await transport.info();
    const told = new RegExp(`^${product.toLowerCase()}_version:(.*)\r$`, "m").exec(info)?.[1];
    expect(version).toBe(told);
    expect(bytes).toBeGreaterThan(100_000); // an empty Redis takes some 800 kB
    await server.command("EVAL", "redis.call('SETRANGE', 'somebody-else', 20000000, 'x')", 0);
    expect((await transport.info()).bytes).toBeGreaterThan(20_000_000);
    await server.command("DEL", "somebody-else");
  });

  it("is nothing but what it must be without the right to INFO, and again all once the right is given", async () => {
    const print = vi.spyOn(console, "warn").mockImplementation(() => {}); // ioredis itself speaks of it
    await server.command("ACL", "SETUSER", "blind", "on", ">pw", "+@all", "-info", "~*", "&*");
    const { transport } = await open({ url: server.url.replace("redis://", "redis://blind:pw@") });
    expect(await transport.info()).toEqual({ product: "Redis", version: null, bytes: null });
    expect(transport.status).toBe("available");
    await server.command("ACL", "SETUSER", "blind", "+info");
    expect(await transport.info()).toMatchObject({
      version: expect.any(String),
      bytes: expect.any(Number),
    });
    print.mockRestore();
  });

  it("cannot be asked while the server is busy with somebody's script: that is no refusal", async () => {
    const { transport } = await open({ url: server.url, operationTimeoutMs: 300 });
    const script = server.command("EVAL", "while true do end", 0).catch((error: Error) => error);
    await eventually(() => expect(server.command("PING")).rejects.toThrow("BUSY"));
    await expect(transport.info()).rejects.toMatchObject({ code: "ATTUNE_TRANSPORT_UNAVAILABLE" });
    await server.command("SCRIPT", "KILL");
    await script;
    await eventually(async () => expect(await transport.info()).toMatchObject({ bytes: expect.any(Number) }));
  });
});
