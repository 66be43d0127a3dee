/**
 * Keeps SQLite's log short: has it written back into the file by another thread, since that waits for the disk. The thread begins
 * when it is first needed.
 */
import { statSync } from "node:fs";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { AdapterHost, Timer } from "@attune/transport";
import type { CheckpointReply, CheckpointRequest } from "./checkpoint-messages.ts";
import type { Database } from "./database.ts";
import { logPath, type OpenFile } from "./database-file.ts";
import { logBytes } from "./open-connection.ts";

/** Written back after so many transactions of ours, which are at least so many pages, ... */
const writesUntilBack = 4000;
/** ... and where a look finds that it is longer than it may stay: transactions can be large, and others write too. */
const lookMs = 100;
/** How long a thread may take to end. */
const closeMs = 500;

export class LogKeeper {
  readonly #host: AdapterHost;
  readonly #database: Database;
  #thread: Worker | undefined;
  #working = false;
  #writes = 0;
  #timer: Timer | undefined;
  #hasThreads = true;
  #closed = false;
  #file: OpenFile | undefined;

  constructor(host: AdapterHost, database: Database) {
    this.#host = host;
    this.#database = database;
    database.listen({
      opened: ({ file }) => {
        this.#file = file;
      },
      written: () => this.#written(),
      closed: () => this.#disarm(),
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#disarm();
    const thread = this.#thread;
    this.#thread = undefined;
    if (!thread) return;
    const exited = new Promise((resolve) => thread.once("exit", resolve));
    thread.postMessage({ kind: "close" } satisfies CheckpointRequest);
    const { clock } = this.#host;
    const late = clock.setTimer(() => void thread.terminate(), closeMs);
    await exited;
    late.clear();
  }

  #written(): void {
    this.#writes++;
    if (this.#working || this.#closed) return;
    if (this.#writes < writesUntilBack) this.#arm();
    else this.#writeBack();
  }

  #arm(): void {
    if (this.#working || this.#closed) return;
    this.#timer ??= this.#host.clock.setTimer(() => this.#look(), lookMs, { background: true });
  }

  #disarm(): void {
    this.#timer?.clear();
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#file && sizeOf(logPath(this.#file.realPath)) > logBytes) this.#writeBack();
  }

  #writeBack(): void {
    this.#disarm();
    this.#writes = 0;
    const file = this.#file;
    if (!file) return;
    if (!this.#hasThreads) {
      this.#writeBackHere();
      return;
    }
    this.#working = true;
    try {
      this.#thread ??= this.#startThread();
      this.#thread.postMessage({ kind: "checkpoint", file } satisfies CheckpointRequest);
    } catch (error) {
      this.#working = false;
      this.#cannotStart(error);
    }
  }

  #startThread(): Worker {
    const thread = startWorker();
    // It works for the file, not for the program: that may end when it likes.
    thread.unref();
    thread.on("message", ({ failure, left }: CheckpointReply) => {
      this.#working = false;
      if (failure !== undefined) this.#failed(failure);
      // What is written back completely begins anew with the next write; until then there is nothing to do.
      if (left > 0) this.#arm();
    });
    thread.on("error", (error) => this.#cannotStart(error));
    thread.on("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#working = false;
    });
    return thread;
  }

  /** No permission for threads, or a bundler has left the thread's file behind. */
  #cannotStart(error: unknown): void {
    if (!this.#hasThreads) return;
    this.#hasThreads = false;
    this.#host.logger.warn(
      `attune: the thread that writes the log of ${this.#database.location} back cannot run (${String(error)}). It is written back in the event loop instead, which waits for the disk meanwhile.`,
    );
    this.#arm();
  }

  #writeBackHere(): void {
    this.#database.peek((connection) => connection.execute("PRAGMA wal_checkpoint(PASSIVE)"));
  }

  /** The log grows until the next attempt succeeds, this one's or another process's. */
  #failed(failure: unknown): void {
    this.#host.logger.debug(
      `attune: writing the log of ${this.#database.location} back failed: ${String(failure)}`,
    );
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    // Not to be looked at any more: that is noticed, and told, where the file is looked for.
    return 0;
  }
}

/** Beside this file lies the thread's: as source when this runs from source, else built. */
function startWorker(): Worker {
  const fromSource = import.meta.url.endsWith(".ts");
  const url = new URL(fromSource ? "./checkpoint-worker.ts" : "./checkpoint-worker.js", import.meta.url);
  const options: WorkerOptions = { name: "attune-sqlite-log" };
  if (fromSource) options.execArgv = ["--conditions=@attune/source"];
  // A program given with --eval and its --input-type: a worker would inherit that, and refuse it for its file.
  else if (process.execArgv.some((option) => option.startsWith("--input-type"))) options.execArgv = [];
  return new Worker(url, options);
}
