/** Starts a real server on loopback for a test or a bench, with everything at hand that makes a server's day bad. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type LocatedRedis, locateRedis } from "./locate-redis.ts";
import { redisCommand } from "./redis-command.ts";
import type { RedisReply } from "./resp.ts";
import { PortTakenError, ServerProcess } from "./server-process.ts";

export interface StartRedisOptions {
  /** Default: a free one. */
  port?: number;
  /** Further arguments of the server, after ours, so they win: ["--maxmemory", "10mb"]. */
  args?: string[];
  /** Working directory, for its data. Default: a temporary one, removed by stop(). */
  dir?: string;
  /** Keep an append-only file, so that the data survives kill() and start(). Default false: nothing is written. */
  appendOnly?: boolean;
  /** A server found before. Default: locateRedis(). */
  located?: LocatedRedis;
  /** Milliseconds to wait for the first answer. Default 15,000. */
  startTimeoutMs?: number;
}

export interface RedisServer extends AsyncDisposable {
  /** redis://127.0.0.1:port */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  /** Of the present process; another one after a restart. */
  readonly pid: number;
  /** "7.0.15"; "Valkey 8.0.1" for Valkey. */
  readonly version: string;
  /** Where the binary came from, for a human. */
  readonly origin: string;
  readonly running: boolean;
  /** SIGTERM, then SIGKILL; waits until it is gone and removes the directory if it was ours. Twice is fine. */
  stop(): Promise<void>;
  /** SIGKILL; waits until it is gone and keeps the directory. */
  kill(): Promise<void>;
  /** Starts again after kill(), on the same port and directory. */
  start(): Promise<void>;
  /** Ends it in an orderly way (SIGTERM) and starts it again. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing is answered. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** One command over a connection of its own; rejects with the server's error, or after 5 s. */
  command(...args: (string | number)[]): Promise<RedisReply>;
}

export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const located = options.located ?? (await locateRedis());
  const ownsDir = options.dir === undefined;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "attune-redis-")));
  const args = ["--save", "", "--appendonly", options.appendOnly ? "yes" : "no", ...(options.args ?? [])];
  const timeoutMs = options.startTimeoutMs ?? 15_000;
  const launch = async (port: number) => {
    const server = await ServerProcess.launch({ located, port, dir, ownsDir, args });
    try {
      return { server, info: await server.ready(`redis://127.0.0.1:${port}`, timeoutMs) };
    } catch (error) {
      await server.end("SIGKILL");
      throw error;
    }
  };

  const removeOwnDir = () => (ownsDir ? rm(dir, { recursive: true, force: true }) : Promise.resolve());
  const first = await launchOnFreePort(launch, options.port).catch(async (error) => {
    await removeOwnDir();
    throw error;
  });
  const { port } = first;
  const url = `redis://127.0.0.1:${port}`;
  let { server, info } = first;
  let stopped = false;

  const start = async () => {
    if (stopped) throw new Error("this server was stopped for good; kill() it if you want to start it again");
    if (!server.running) ({ server, info } = await launch(port));
  };
  const stop = async () => {
    stopped = true;
    await server.end("SIGTERM");
    await removeOwnDir();
  };
  return {
    url,
    host: "127.0.0.1",
    port,
    dir,
    origin: located.origin,
    get pid() {
      return server.pid;
    },
    get version() {
      return info.version;
    },
    get running() {
      return server.running;
    },
    stop,
    kill: () => server.end("SIGKILL"),
    start,
    async restart() {
      await server.end("SIGTERM");
      await start();
    },
    pause: () => server.signal("SIGSTOP"),
    resume: () => server.signal("SIGCONT"),
    command: (...args) => redisCommand(url, args),
    [Symbol.asyncDispose]: stop,
  };
}

async function launchOnFreePort<T>(
  launch: (port: number) => Promise<T>,
  wanted: number | undefined,
): Promise<T & { port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted ?? (await freePort());
    try {
      return { ...(await launch(port)), port };
    } catch (error) {
      if (!(error instanceof PortTakenError) || wanted !== undefined || attempt === 5) throw error;
    }
  }
}
