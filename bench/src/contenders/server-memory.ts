/** What keys take in the server's memory: the difference of `used_memory`, at moments when it no longer changes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";

const sampleEveryMs = 100;
/** So many samples in a row ... */
const samples = 5;
/** ... that differ by no more than this are rest: tables are rehashed, lazily freed memory is free. */
const restBytes = 2048;
const patienceMs = 15_000;

/** Without what connections take: their buffers grow by traffic, and shrink by and by. */
export async function restingMemory(client: Redis): Promise<number> {
  const seen: number[] = [];
  for (const startedAt = performance.now(); performance.now() - startedAt < patienceMs; ) {
    const info = await client.info("memory");
    const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)![1]);
    seen.push(field("used_memory") - field("mem_clients_normal"));
    const last = seen.slice(-samples);
    if (last.length === samples && Math.max(...last) - Math.min(...last) <= restBytes) return last.at(-1)!;
    await sleep(sampleEveryMs);
  }
  throw new Error("the server's memory does not come to rest: is somebody else using it?");
}

/** Resolves once no key of the bench has this in its name. */
export async function untilGone(client: Redis, prefix: string, part: string): Promise<void> {
  while (await some(client, `${prefix}*${part}*`)) await sleep(500);
}

async function some(client: Redis, pattern: string): Promise<boolean> {
  let cursor = "0";
  do {
    const [next, keys] = await client.scan(cursor, "MATCH", pattern, "COUNT", 1000);
    if (keys.length > 0) return true;
    cursor = next;
  } while (cursor !== "0");
  return false;
}
