/** One run of a server binary: from the start until its process is gone. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocatedRedis } from "./locate-redis.ts";
import { redisCommand } from "./redis-command.ts";
import { type ServerInfo, serverInfo } from "./server-info.ts";
import { startWatchdog } from "./watchdog.ts";

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
  readonly pid: number;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #log: string;

  private constructor(child: ChildProcess, watchdog: ChildProcess, log: string) {
    this.#child = child;
    this.pid = child.pid!;
    this.#log = log;
    this.exited = once(child, "exit").then(() => {
      watchdog.kill("SIGKILL"); // before the pid can belong to somebody else
    });
  }

  static async launch({ located, port, dir, ownsDir, args }: LaunchOptions): Promise<ServerProcess> {
    const log = join(dir, "redis.log");
    const output = openSync(log, "w");
    let child: ChildProcess;
    try {
      // in a session of its own: at Ctrl-C the tests end first, then their server
      child = spawn(located.command, ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, ...args], {
        env: { ...process.env, ...located.env },
        stdio: ["ignore", output, output],
        detached: true,
        cwd: dir,
      });
    } finally {
      closeSync(output);
    }
    await once(child, "spawn"); // rejects when the binary cannot be run
    child.unref();
    return new ServerProcess(child, startWatchdog(child.pid!, ownsDir ? dir : undefined), log);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
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
    if (this.running) this.#child.kill(signal);
  }

  /** Ends it with the signal, with SIGKILL after the grace time, and waits until it is gone. */
  async end(signal: "SIGTERM" | "SIGKILL", graceMs = 3000): Promise<void> {
    this.#child.ref(); // or an otherwise idle program would end before this promise does
    this.signal("SIGCONT"); // a stopped process would not see SIGTERM
    this.signal(signal);
    const timer = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.exited;
    clearTimeout(timer);
  }

  #failure(what: string, cause: unknown): Error {
    const said = readFileSync(this.#log, "utf8").trim().split("\n").slice(-8).join("\n");
    const message = `the Redis server ${what}; its log ends with:\n${said}`;
    return /address already in use/i.test(said)
      ? new PortTakenError(message, { cause })
      : new Error(message, { cause });
  }
}
