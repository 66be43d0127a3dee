/**
 * For how long the threads of this process were ready to run and had no processor, all added up: the program's thread may also wait for
 * another of them (when garbage is collected). Linux only. https://docs.kernel.org/scheduler/sched-stats.html
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from "node:fs";

const buffer = Buffer.alloc(128);

export class ProcessorWaits {
  readonly #threads = new Map<string, ThreadWaits>();
  /** Of threads that have ended. */
  #endedMs = 0;

  /** `undefined` where the system does not count it. */
  static open(): ProcessorWaits | undefined {
    return existsSync("/proc/self/schedstat") ? new ProcessorWaits() : undefined;
  }

  /** Since the process began, or rather since this was opened: only differences mean anything. */
  ms(): number {
    for (const id of readdirSync("/proc/self/task")) {
      if (!this.#threads.has(id)) this.#threads.set(id, new ThreadWaits(id));
    }
    let sumMs = this.#endedMs;
    for (const [id, thread] of this.#threads) {
      const alive = thread.look();
      sumMs += thread.ms;
      if (alive) continue;
      this.#endedMs += thread.ms;
      this.#threads.delete(id);
    }
    return sumMs;
  }
}

class ThreadWaits {
  readonly #file: number | undefined;
  ms = 0;

  constructor(id: string) {
    try {
      this.#file = openSync(`/proc/self/task/${id}/schedstat`, "r");
    } catch {
      // It has just ended.
    }
  }

  /** Answers whether the thread is still there. */
  look(): boolean {
    if (this.#file === undefined) return false;
    try {
      const length = readSync(this.#file, buffer, 0, buffer.length, 0);
      this.ms = Number(buffer.toString("latin1", 0, length).split(" ")[1]) / 1e6;
      return true;
    } catch {
      closeSync(this.#file);
      return false;
    }
  }
}
