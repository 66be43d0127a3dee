/** The Redis a test run uses: the one the environment names, none on purpose, or one started for it. */
import { serverInfo } from "./server-info.ts";
import { startRedis } from "./start-redis.ts";

export interface TestRedis extends AsyncDisposable {
  url: string;
  /** Where the server came from, for a human. */
  origin: string;
  version: string;
  /** Ends a server that was started for the run; leaves one that the environment named alone. */
  stop(): Promise<void>;
}

/** null only when ATTUNE_TEST_REDIS=skip: tests that find no Redis by accident must fail, not be skipped. */
export async function testRedis(): Promise<TestRedis | null> {
  const choice = process.env.ATTUNE_TEST_REDIS;
  if (choice === "skip") return null;
  if (choice) throw new Error(`ATTUNE_TEST_REDIS=${choice} means nothing; the only value is "skip"`);
  const url = process.env.ATTUNE_TEST_REDIS_URL;
  if (!url) return startRedis();
  const stop = async () => {};
  const { version } = await serverInfo(url).catch((error: Error) => {
    throw new Error(`the server of ATTUNE_TEST_REDIS_URL does not answer: ${error.message}`, {
      cause: error,
    });
  });
  return { url, origin: "ATTUNE_TEST_REDIS_URL", version, stop, [Symbol.asyncDispose]: stop };
}
