/** Where and with what a run was made: figures mean nothing without it. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, type as systemName, totalmem } from "node:os";

export interface Machine {
  readonly node: string;
  readonly ioredis: string;
  readonly redis: string;
  /** Where the server came from. */
  readonly redisOrigin: string;
  readonly redisBenchmark: string | null;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Of the last 1, 5 and 15 minutes, at the start. */
  readonly loadAverage: readonly number[];
}

export async function describeMachine(
  redis: { readonly version: string; readonly origin: string },
  redisBenchmark: { readonly command: string } | null,
): Promise<Machine> {
  const { version } = createRequire(import.meta.url)("ioredis/package.json") as { version: string };
  const distribution = await readFile("/etc/os-release", "utf8").catch(() => "");
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(distribution)?.[1];
  return {
    node: process.version,
    ioredis: version,
    redis: redis.version,
    redisOrigin: redis.origin,
    redisBenchmark: redisBenchmark?.command ?? null,
    os: [name, systemName(), release()].filter(Boolean).join(", "),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg(),
  };
}
