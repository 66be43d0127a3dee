/**
 * Keeps SQLite's log short: has it written back into the file by another thread, since that waits for the disk. The thread begins
 * when it is first needed.
 */
import { statSync } from "node:fs";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { AdapterHost, Timer } from "@attune/transport";
import type { CheckpointReply, CheckpointRequest } from "./checkpoint-messages.ts";
import type { Database } from "./database.ts";
import { logPath } from "./database-file.ts";

/** Written back from so many bytes on; from so many with the writers kept out for a moment, or it might never begin anew. */
const writeBackBytes = 4 * 1024 * 1024;
const restartBytes = 16 * 1024 * 1024;
const lookMs = 100;
/** How long a thread may take to end. */
const closeMs = 500;

export class LogKeeper {
  readonly #host: AdapterHost;
  readonly #database: Database;
  #thread: Worker | undefined;
  #working = false;
  #timer: Timer | undefined;
  /** Of the file that is open. */
  #path = "";

  constructor(host: AdapterHost, database: Database) {
    this.#host = host;
    this.#database = database;
    database.listen({
      opened: ({ file }) => {
        this.#path = file.realPath;
      },
      written: () => this.#arm(),
      closed: () => this.#disarm(),
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
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

  #arm(): void {
    if (this.#working) return;
    this.#timer ??= this.#host.clock.setTimer(() => this.#look(), lookMs, { background: true });
  }

  #disarm(): void {
    this.#timer?.clear();
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    const bytes = statSync(logPath(this.#path), { throwIfNoEntry: false })?.size ?? 0;
    if (bytes < writeBackBytes) return;
    this.#working = true;
    this.#thread ??= this.#startThread();
    const restart = bytes >= restartBytes;
    this.#thread.postMessage({ kind: "checkpoint", path: this.#path, restart } satisfies CheckpointRequest);
  }

  #startThread(): Worker {
    const thread = startWorker();
    // It works for the file, not for the program: that may end when it likes.
    thread.unref();
    thread.on("message", ({ failure }: CheckpointReply) => {
      this.#working = false;
      if (failure !== undefined) this.#told(failure);
      else this.#arm();
    });
    thread.on("error", (error) => this.#told(error));
    thread.on("exit", () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#working = false;
    });
    return thread;
  }

  /** The log grows until the next attempt succeeds, this one's or another process's. */
  #told(failure: unknown): void {
    this.#host.logger.debug(
      `attune: writing the log of ${this.#database.location} back failed: ${String(failure)}`,
    );
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
