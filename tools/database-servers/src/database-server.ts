/** A real server on loopback for a test or a bench: started, killed, started again on the same data. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, WatchedProcess } from "@attune-tools/redis-server";
import { childrenOf, endAll } from "./process-tree.ts";

export interface StartOptions {
  /** Milliseconds to wait for the first answer. Default 60,000. */
  startTimeoutMs?: number;
}

export interface DatabaseServer extends AsyncDisposable {
  /** As its client understands it. */
  readonly url: string;
  readonly port: number;
  /** Its data and its log. */
  readonly dir: string;
  /** "PostgreSQL 15.18" */
  readonly version: string;
  /** Where the binary came from, for a human. */
  readonly origin: string;
  /** Of the present process; another one after a restart. */
  readonly pid: number;
  readonly running: boolean;
  /** Ends it in an orderly way, waits until it is gone and removes its folder. Twice is fine. */
  stop(): Promise<void>;
  /** SIGKILL to all its processes, as a power failure would have it; keeps the folder. */
  kill(): Promise<void>;
  /** Starts again after kill(), on the same port and data. */
  start(): Promise<void>;
  /** Ends it in an orderly way and starts it again. */
  restart(): Promise<void>;
  /** SIGSTOP to all its processes: connections stay open, nothing is answered. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
}

export interface Kind {
  name: string;
  origin: string;
  /** The signal of an orderly end that does not wait for clients. */
  endsWith: "SIGTERM" | "SIGINT";
  user?: { uid: number; gid: number } | undefined;
  /** Fills the folder, before the first start. */
  prepare(dir: string): Promise<void>;
  command(
    dir: string,
    port: number,
  ): Promise<{ command: string; args: string[]; env: Record<string, string> }>;
  url(port: number): string;
  /** Its version; rejects while it does not answer. */
  ping(port: number): Promise<string>;
}

const attempts = 5;

export async function startServer(
  kind: Kind,
  { startTimeoutMs = 60_000 }: StartOptions,
): Promise<DatabaseServer> {
  const dir = await mkdtemp(join(tmpdir(), `attune-${kind.name.toLowerCase()}-`));
  const removeDir = () => rm(dir, { recursive: true, force: true, maxRetries: 5 });
  let process: WatchedProcess;
  let port = 0;
  let version = "";

  const launch = async () => {
    process = await WatchedProcess.launch({
      ...(await kind.command(dir, port)),
      cwd: dir,
      log: join(dir, "server.log"),
      ownedDirectory: dir,
      user: kind.user,
    });
    version = await answers(kind, process, port, startTimeoutMs);
  };
  try {
    await kind.prepare(dir);
    for (let attempt = 1; ; attempt++) {
      port = await freePort();
      try {
        await launch();
        break;
      } catch (error) {
        await endAll([process!]);
        if (!/address already in use/i.test(process!.lastWords) || attempt === attempts) throw error;
      }
    }
  } catch (error) {
    await removeDir();
    throw error;
  }

  const all = () => [process, ...childrenOf(process.pid)];
  let stopped = false;
  const stop = async () => {
    stopped = true;
    for (const each of all()) each.signal("SIGCONT");
    await process.end(kind.endsWith, 2000); // not for long: nothing of it is kept
    await removeDir();
  };
  const start = async () => {
    if (stopped) throw new Error("this server was stopped for good; kill() it if you want to start it again");
    if (!process.running) await launch();
  };
  return {
    url: kind.url(port),
    port,
    dir,
    version: `${kind.name} ${version}`,
    origin: kind.origin,
    get pid() {
      return process.pid;
    },
    get running() {
      return process.running;
    },
    stop,
    start,
    kill: () => endAll(all()),
    async restart() {
      await process.end(kind.endsWith, 10_000);
      await start();
    },
    pause() {
      for (const each of all()) each.signal("SIGSTOP");
    },
    resume() {
      for (const each of all()) each.signal("SIGCONT");
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function answers(
  kind: Kind,
  process: WatchedProcess,
  port: number,
  timeoutMs: number,
): Promise<string> {
  const endsAt = performance.now() + timeoutMs;
  const failure = (what: string, cause: unknown) =>
    new Error(`${kind.name} ${what}; its log ends with:\n${process.lastWords}`, { cause });
  for (;;) {
    try {
      const version = await kind.ping(port);
      if (process.running) return version;
      throw new Error("another server answers on the port");
    } catch (error) {
      if (!process.running) throw failure("ended while starting", error);
      if (performance.now() > endsAt) throw failure(`did not answer within ${timeoutMs} ms`, error);
    }
    await sleep(20);
  }
}
