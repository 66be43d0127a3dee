/** redis-benchmark, the program that comes with Redis: what the server can do when the client costs almost nothing. */
import { execFile } from "node:child_process";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import { locateRedis } from "@attune-tools/redis-server";
import type { Contender, Setup } from "./figure.ts";

const run = promisify(execFile);

export interface RedisBenchmark {
  readonly command: string;
  /** To be added to its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Beside the server that is started, or on the PATH; `null` when there is none that runs. */
export async function locateRedisBenchmark(): Promise<RedisBenchmark | null> {
  const server = process.env.ATTUNE_TEST_REDIS_URL ? undefined : await locateRedis();
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  if (server) folders.unshift(dirname(server.command));
  for (const folder of folders) {
    for (const name of ["redis-benchmark", "valkey-benchmark"]) {
      const found = { command: join(folder, name), env: server?.env ?? {} };
      const works = await run(found.command, ["--version"], { env: { ...process.env, ...found.env } }).then(
        () => true,
        () => false,
      );
      if (works) return found;
    }
  }
  return null;
}

export interface RedisBenchmarkRun {
  readonly pipeline: number;
  readonly requests: number;
  readonly command: readonly string[];
}

/** A contender with one connection; `eventsPerRequest` makes its requests comparable with events. */
export function redisBenchmarkContender(
  name: string,
  label: string,
  makeRun: (setup: Setup) => RedisBenchmarkRun,
  eventsPerRequest = 1,
): Contender {
  return {
    name,
    label,
    async open(setup) {
      const { redisBenchmark } = setup;
      if (!redisBenchmark) return null;
      return {
        async measure() {
          return {
            rate: (await requestsPerSecond(redisBenchmark, setup.url, makeRun(setup))) * eventsPerRequest,
          };
        },
        async close() {},
      };
    },
  };
}

async function requestsPerSecond(
  { command, env }: RedisBenchmark,
  url: string,
  { pipeline, requests, command: request }: RedisBenchmarkRun,
): Promise<number> {
  const options = ["-c", "1", "-P", String(pipeline), "-n", String(requests), "-q"];
  const { stdout } = await run(command, [...server(url), ...options, ...request], {
    env: { ...process.env, ...env },
  });
  // "XADD …: 201612.90 requests per second, p50=0.351 msec", after lines of progress that say "rps="
  const match = [...stdout.matchAll(/([\d.]+) requests per second/g)].at(-1);
  if (!match) throw new Error(`redis-benchmark tells no rate: ${stdout}`);
  return Number(match[1]);
}

/** As single options: `-u <url>` is new in Redis 7. */
function server(url: string): string[] {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const args = ["-h", hostname.replace(/^\[|\]$/g, ""), "-p", port || "6379"];
  if (username) args.push("--user", decodeURIComponent(username));
  if (password) args.push("-a", decodeURIComponent(password));
  if (pathname.length > 1) args.push("--dbnum", pathname.slice(1));
  if (protocol === "rediss:") args.push("--tls");
  return args;
}
