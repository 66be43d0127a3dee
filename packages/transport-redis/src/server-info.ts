/** What a server says of itself in its answer to INFO, as far as anybody here asks. */
import type { Redis } from "ioredis";

export interface ServerInfo {
  readonly product: "Redis" | "Valkey";
  /** The product's own. */
  readonly version: string | null;
  /** Of the Redis that it is, or that it is compatible with. */
  readonly redisVersion: string | null;
  /** In bytes: all that the server holds, its connections included. */
  readonly usedMemory: number | null;
  /** In bytes; 0: no limit. */
  readonly maxMemory: number | null;
  readonly maxMemoryPolicy: string | null;
}

export async function readServerInfo(client: Redis): Promise<ServerInfo> {
  // All sections that are given by default: two of them by name in one command only a Redis 7 understands.
  return parseServerInfo(await client.info());
}

/** Lines like `redis_version:7.0.15`, by what stands before the colon. */
export function parseFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** What is missing or empty is null. */
export function parseServerInfo(text: string): ServerInfo {
  const fields = parseFields(text);
  const word = (name: string) => fields.get(name) || null;
  const number = (name: string) => (/^\d+$/.test(fields.get(name) ?? "") ? Number(fields.get(name)) : null);
  // A Valkey tells the version of Redis that it is compatible with, and its own beside it.
  const valkeyVersion = word("valkey_version");
  const redisVersion = word("redis_version");
  return {
    product: valkeyVersion === null ? "Redis" : "Valkey",
    version: valkeyVersion ?? redisVersion,
    redisVersion,
    usedMemory: number("used_memory"),
    maxMemory: number("maxmemory"),
    maxMemoryPolicy: word("maxmemory_policy"),
  };
}

/** Whether keys may go when the memory is full, if it ever is. */
export function evicts({ maxMemoryPolicy }: ServerInfo): boolean {
  return maxMemoryPolicy !== null && maxMemoryPolicy !== "noeviction";
}

/** From Redis 7 on a server counts the entries of a stream, also those that were trimmed away. */
export function countsEntries({ redisVersion }: ServerInfo): boolean {
  return redisVersion === null || Number.parseInt(redisVersion, 10) >= 7;
}
