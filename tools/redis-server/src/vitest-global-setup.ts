/** Vitest's global setup: one Redis for the whole run, whose URL tests get with inject("redisUrl"). */
import type { TestProject } from "vitest/node";
import { testRedis } from "./test-redis.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** redis://…, or "" when the run leaves Redis out (ATTUNE_TEST_REDIS=skip). */
    redisUrl: string;
    redisVersion: string;
    redisOrigin: string;
  }
}

/** Several projects of one run may name this file: the first one starts the server, and all share it. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { vitest } = project;
  if (vitest.getProvidedContext().redisUrl !== undefined) return undefined;
  const redis = await testRedis();
  vitest.provide("redisUrl", redis?.url ?? "");
  vitest.provide("redisVersion", redis?.version ?? "");
  vitest.provide("redisOrigin", redis?.origin ?? "");
  return () => redis?.stop() ?? Promise.resolve();
}
