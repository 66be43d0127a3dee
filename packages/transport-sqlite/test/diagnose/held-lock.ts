/** Another process that has SQLite's lock for writing until it is told, or the test ends. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const script = fileURLToPath(new URL("../faults/scripts/holds-the-lock.ts", import.meta.url));

export class HeldLock {
  readonly #child: ChildProcess;

  /** Resolves once it has it. */
  static async of(path: string): Promise<HeldLock> {
    const child = fork(script, [JSON.stringify({ path })], {
      execArgv: ["--conditions=@attune/source", "--no-warnings"],
    });
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    });
    await once(child, "message");
    child.send("hold");
    await once(child, "message");
    return new HeldLock(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves once it has let go, and has closed the file. */
  async release(): Promise<void> {
    const released = once(this.#child, "message");
    this.#child.send("release");
    await released;
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}
