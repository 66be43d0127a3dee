/** One run of a Redis server's binary: from the start until its process is gone. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocatedRedis } from "./locate-redis.ts";
import { redisCommand } from "./redis-command.ts";
import { type ServerInfo, serverInfo } from "./server-info.ts";
import { WatchedProcess } from "./watched-process.ts";

/** The port was taken by somebody else between looking and starting. */
export class PortTakenError extends Error {}

export interface LaunchOptions {
  located: LocatedRedis;
  port: number;
  dir: string;
  /** Whether the directory is to be removed if we die. */
  ownsDir: boolean;
  args: string[];
}

export class ServerProcess {
  readonly #process: WatchedProcess;

  private constructor(process: WatchedProcess) {
    this.#process = process;
  }

  static async launch({ located, port, dir, ownsDir, args }: LaunchOptions): Promise<ServerProcess> {
    const log = join(dir, "redis.log");
    await rm(log, { force: true }); // what an earlier run said is not why this one fails
    return new ServerProcess(
      await WatchedProcess.launch({
        command: located.command,
        args: ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, ...args],
        env: located.env,
        cwd: dir,
        log,
        ownedDirectory: ownsDir ? dir : undefined,
      }),
    );
  }

  get pid(): number {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.running;
  }

  /** Waits until the server answers PING; throws with the end of its log when it ends or does not answer in time. */
  async ready(url: string, timeoutMs: number): Promise<ServerInfo> {
    const deadline = Date.now() + timeoutMs;
    let last: unknown;
    while (Date.now() < deadline) {
      if (!this.running) throw this.#failure("ended while starting", last);
      try {
        await redisCommand(url, ["PING"], { timeoutMs: 250 });
        const info = await serverInfo(url, 1000);
        if (info.pid === this.pid) return info;
        last = new Error(`process ${info.pid} answers on the port`);
      } catch (error) {
        last = error; // not listening yet, or still loading its data
      }
      await sleep(10);
    }
    throw this.#failure(`did not answer within ${timeoutMs} ms`, last);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** Ends it with the signal, with SIGKILL after the grace time, and waits until it is gone. */
  end(signal: "SIGTERM" | "SIGKILL", graceMs?: number): Promise<void> {
    return this.#process.end(signal, graceMs);
  }

  #failure(what: string, cause: unknown): Error {
    const said = this.#process.lastWords;
    const message = `the Redis server ${what}; its log ends with:\n${said}`;
    return /address already in use/i.test(said)
      ? new PortTakenError(message, { cause })
      : new Error(message, { cause });
  }
}
