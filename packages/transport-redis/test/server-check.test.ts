/** Warnings of settings under which promises cannot be kept. */
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { eventually, open, toRequest } from "./opened.ts";

describe.skipIf(inject("redisUrl") === "")("the look at the server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(() => configure("0", "noeviction"));
  afterAll(() => server.stop());

  async function configure(maxmemory: string, policy: string): Promise<void> {
    await server.command("CONFIG", "SET", "maxmemory", maxmemory);
    await server.command("CONFIG", "SET", "maxmemory-policy", policy);
  }

  /** Opens, and makes one call: its answer comes after that of the look, on the same connection. */
  async function lookedAt(url = server.url) {
    const opened = await open({ url });
    await opened.transport.streams.append([toRequest("a", 1)]);
    return opened;
  }

  it.each(["allkeys-lru", "allkeys-random", "volatile-lru", "volatile-ttl"])(
    "%s with a limit: one warning that names the policy and the remedy",
    async (policy) => {
      await configure("100mb", policy);
      const { warnings } = await lookedAt();
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(policy);
      expect(warnings[0]).toContain("noeviction");
      expect(warnings[0]).toContain(`127.0.0.1:${server.port}`);
    },
  );

  it("not again after a reconnection", async () => {
    await configure("100mb", "allkeys-lru");
    const { transport, warnings } = await lookedAt();
    const statuses: string[] = [];
    transport.onStatus((status) => statuses.push(status));
    await server.command("CLIENT", "KILL", "TYPE", "normal");
    await eventually(() => expect(statuses).toEqual(["unavailable", "available"]));
    await transport.streams.append([toRequest("a", 2)]);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    ["0", "allkeys-lru"],
    ["100mb", "noeviction"],
    ["0", "noeviction"],
  ])("maxmemory %s with %s: nothing to warn of", async (maxmemory, policy) => {
    await configure(maxmemory, policy);
    expect((await lookedAt()).warnings).toEqual([]);
  });

  it("without the right to INFO everything else works", async () => {
    const print = vi.spyOn(console, "warn").mockImplementation(() => {}); // ioredis itself speaks of it
    await server.command("ACL", "SETUSER", "blind", "on", ">pw", "+@all", "-info", "~*", "&*");
    const { transport, warnings } = await lookedAt(server.url.replace("redis://", "redis://blind:pw@"));
    expect(transport.status).toBe("available");
    expect(warnings).toEqual([]);
    print.mockRestore();
  });
});
