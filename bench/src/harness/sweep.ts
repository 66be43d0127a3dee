/** Removes the bench's keys, and nothing else: the server may be somebody's. */
import { redisCommand } from "@attune-tools/redis-server";
import type { Setup } from "./figure.ts";

export async function sweep({ url, prefix }: Pick<Setup, "url" | "prefix">): Promise<void> {
  let cursor = "0";
  do {
    const [next, keys] = (await redisCommand(url, [
      "SCAN",
      cursor,
      "MATCH",
      `${prefix}*`,
      "COUNT",
      1000,
    ])) as [string, string[]];
    if (keys.length > 0) await redisCommand(url, ["UNLINK", ...keys]);
    cursor = next;
  } while (cursor !== "0");
}
