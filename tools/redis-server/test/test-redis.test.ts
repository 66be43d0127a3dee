/** Which Redis a test run gets. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startRedis, testRedis } from "../src/index.ts";

const withRedis = test.skipIf(process.env.ATTUNE_TEST_REDIS === "skip");

beforeEach(() => {
  vi.stubEnv("ATTUNE_TEST_REDIS", undefined);
  vi.stubEnv("ATTUNE_TEST_REDIS_URL", undefined);
});
afterEach(() => vi.unstubAllEnvs());

test("skip on purpose gives null, any other word is a mistake", async () => {
  vi.stubEnv("ATTUNE_TEST_REDIS", "skip");
  expect(await testRedis()).toBeNull();
  vi.stubEnv("ATTUNE_TEST_REDIS", "no");
  await expect(testRedis()).rejects.toThrow(/the only value is "skip"/);
});

withRedis("the server of the environment is used and never stopped", async () => {
  await using server = await startRedis();
  vi.stubEnv("ATTUNE_TEST_REDIS_URL", server.url);
  const redis = await testRedis();
  expect(redis).toMatchObject({ url: server.url, origin: "ATTUNE_TEST_REDIS_URL", version: server.version });
  await redis?.stop();
  expect(await server.command("PING")).toBe("PONG");
});

test("a server of the environment that does not answer is an error, not a skip", async () => {
  vi.stubEnv("ATTUNE_TEST_REDIS_URL", "redis://127.0.0.1:1");
  await expect(testRedis()).rejects.toThrow(/ATTUNE_TEST_REDIS_URL does not answer/);
});

withRedis("otherwise a server is started", async () => {
  await using redis = await testRedis();
  expect(redis?.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
});
