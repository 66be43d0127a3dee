/** Another process that has a file open, and that a test can stop for a while: it notices nothing meanwhile. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const script = fileURLToPath(new URL("./scripts/appends-when-told.ts", import.meta.url));

export class StoppableProcess {
  readonly #child: ChildProcess;

  /** Resolves once it has the file open. Ended with the test. */
  static async open(url: string): Promise<StoppableProcess> {
    const child = fork(script, [url], { execArgv: ["--conditions=@attune/source", "--no-warnings"] });
    onTestFinished(async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    });
    await once(child, "message");
    return new StoppableProcess(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves once it is stored, however long that takes. */
  async append(value: string): Promise<void> {
    const told = once(this.#child, "message");
    this.#child.send(value);
    const [answer] = await told;
    if (answer !== value) throw new Error(`The process could not append ${value}: ${answer}`);
  }

  stop(): void {
    this.#child.kill("SIGSTOP");
  }

  goOn(): void {
    this.#child.kill("SIGCONT");
  }

  /** Lets it close the file, and end. */
  async end(): Promise<void> {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}
