/** A machine without Redis and without apt: the message must say what helps. */
import { afterEach, expect, test, vi } from "vitest";
import { locateRedis } from "../src/index.ts";

const fromApt = vi.hoisted(() => vi.fn());
vi.mock("../src/redis-from-apt.ts", () => ({ redisFromApt: fromApt }));
afterEach(() => vi.unstubAllEnvs());

test("what cannot be had is an error that names every way out and what was tried", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  fromApt.mockRejectedValue(new Error("apt-get update: no route to host"));
  const error = await locateRedis().catch((error: Error) => error);
  expect(String(error)).toMatch(/apt-get install redis-server/);
  expect(String(error)).toMatch(/ATTUNE_TEST_REDIS_URL=/);
  expect(String(error)).toMatch(/ATTUNE_TEST_REDIS=skip/);
  expect(String(error)).toMatch(/no route to host/);
});

test("a server that apt fetched is run from where it was unpacked", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  fromApt.mockResolvedValue({ command: "/cache/redis-server", env: { LD_LIBRARY_PATH: "/cache/lib" } });
  expect(await locateRedis()).toMatchObject({
    command: "/cache/redis-server",
    env: { LD_LIBRARY_PATH: "/cache/lib" },
  });
});
