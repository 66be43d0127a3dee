/** What each fault test needs: a real Redis of its own, the proxy in front of it, agents here and in other processes. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CoordinationSignals } from "@attune/signals";
import { openTransport, type TransportOptions } from "@attune/transport";
import { type FaultyProxy, startProxy } from "@attune-tools/faulty-proxy";
import { type RedisServer, startRedis } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { inject, onTestFinished, test } from "vitest";
import { loggerInto } from "../on-every-store.ts";

/** A test that starts servers of its own; left out, with the rest of Redis, by ATTUNE_TEST_REDIS=skip. */
export const faultTest = test.skipIf(inject("redisUrl") === "");

export interface Fleet {
  readonly server: RedisServer;
  readonly proxy: FaultyProxy;
}

export async function startFleet(): Promise<Fleet> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const proxy = await startProxy({ target: server });
  onTestFinished(() => proxy.close());
  return { server, proxy };
}

export interface Member {
  readonly signals: CoordinationSignals;
  /** What was logged as a warning. */
  readonly warnings: string[];
}

/** An agent in this process, on a transport of its own. */
export async function join(url: string, agentId: string, options: TransportOptions = {}): Promise<Member> {
  const warnings: string[] = [];
  const transport = await openTransport(url, { logger: loggerInto(warnings), ...options });
  onTestFinished(() => transport.close());
  return { signals: new CoordinationSignals({ agentId, transport }), warnings };
}

/** Another process that runs one of the scripts; told things and telling things, one at a time. */
export class Agency {
  readonly #child: ChildProcess;
  readonly #told: unknown[] = [];
  #wake: (() => void) | undefined;
  #exited = false;

  constructor(script: string, url: string, ...args: readonly string[]) {
    const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
    this.#child = fork(path, args, {
      execArgv: ["--conditions=@attune/source"],
      env: { ...process.env, ATTUNE_URL: url },
    });
    this.#child.on("message", (message) => {
      this.#told.push(message);
      this.#wake?.();
    });
    this.#child.on("exit", () => {
      this.#exited = true;
      this.#wake?.();
    });
    onTestFinished(() => void this.#child.kill("SIGKILL"));
  }

  tell(message: string): void {
    this.#child.send(message);
  }

  /** The next thing that it tells. */
  async hear<T>(): Promise<T> {
    while (this.#told.length === 0) {
      if (this.#exited) throw new Error("the process ended without a word");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#told.shift() as T;
  }

  /** Its exit code, once it has ended. */
  async exit(): Promise<number | null> {
    if (this.#exited) return this.#child.exitCode;
    const [code] = (await once(this.#child, "exit")) as [number | null];
    return code;
  }
}
