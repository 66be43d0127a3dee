/** Runs the Lua files of this package: by hash, and with the source when the server does not know it (any more). */
import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { replyCode } from "./redis-errors.ts";
import { sources } from "./scripts.generated.ts";

export type ScriptName = keyof typeof sources;

const hashes = Object.fromEntries(
  Object.entries(sources).map(([name, source]) => [name, createHash("sha1").update(source).digest("hex")]),
) as Record<ScriptName, string>;

/** Sends the call at once, so that calls of one tick keep their order; only an unknown hash takes a second trip. */
export async function runScript(
  client: Redis,
  name: ScriptName,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> {
  try {
    return await client.evalsha(hashes[name], keys.length, ...keys, ...args);
  } catch (error) {
    if (replyCode(error) !== "NOSCRIPT") throw error;
    return client.eval(sources[name], keys.length, ...keys, ...args);
  }
}
