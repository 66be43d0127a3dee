/** Where and with what a run was made: figures mean nothing without it. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, release, type as systemName, totalmem } from "node:os";
import type { Place } from "./figure-folder.ts";

export interface Machine {
  readonly node: string;
  readonly ioredis: string;
  /** Null: no figure needed one. */
  readonly redis: string | null;
  /** Where the server came from. */
  readonly redisOrigin: string | null;
  readonly redisBenchmark: string | null;
  /** Node's own. */
  readonly sqlite: string | null;
  /** Where files were. */
  readonly files: Place;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Of the last 1, 5 and 15 minutes, at the start. */
  readonly loadAverage: readonly number[];
}

export interface Surroundings {
  readonly redis: { readonly version: string; readonly origin: string } | null;
  readonly redisBenchmark: { readonly command: string } | null;
  readonly place: Place;
}

export async function describeMachine({ redis, redisBenchmark, place }: Surroundings): Promise<Machine> {
  const { version } = createRequire(import.meta.url)("ioredis/package.json") as { version: string };
  const distribution = await readFile("/etc/os-release", "utf8").catch(() => "");
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(distribution)?.[1];
  return {
    node: process.version,
    ioredis: version,
    redis: redis?.version ?? null,
    redisOrigin: redis?.origin ?? null,
    redisBenchmark: redisBenchmark?.command ?? null,
    sqlite: process.versions.sqlite ?? null,
    files: place,
    os: [name, systemName(), release()].filter(Boolean).join(", "),
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadAverage: loadavg(),
  };
}
