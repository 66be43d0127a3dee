/** Finds a Redis or Valkey server this machine can run, and fetches one if it has none. */
import { findOnPath } from "./find-on-path.ts";
import { redisFromApt } from "./redis-from-apt.ts";

export interface LocatedRedis {
  /** Absolute path of the server's binary. */
  command: string;
  /** To be added to its environment: empty, or where its shared libraries are. */
  env: Record<string, string>;
  /** Where it came from, for a human. */
  origin: string;
}

/** The server on the PATH, else the distribution's package unpacked in node_modules/.cache; throws with what helps. */
export async function locateRedis(): Promise<LocatedRedis> {
  const { command, rejected } = await findOnPath(["redis-server", "valkey-server"]);
  if (command) return { command, env: {}, origin: command };
  try {
    const fetched = await redisFromApt();
    return { ...fetched, origin: `${fetched.command} (the distribution's package, not installed)` };
  } catch (error) {
    const reasons = [...rejected, error as Error].map(
      (reason) => `  ${reason.message.replaceAll("\n", "\n  ")}`,
    );
    throw new Error(
      `No Redis server: none on the PATH, and none could be fetched with apt.
Install one (apt-get install redis-server), or name a running one that tests may fill and flush
(ATTUNE_TEST_REDIS_URL=redis://127.0.0.1:6379), or leave everything that needs Redis untested on purpose
(ATTUNE_TEST_REDIS=skip). What was tried:
${reasons.join("\n")}`,
      { cause: error },
    );
  }
}
