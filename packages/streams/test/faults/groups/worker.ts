/** A worker in a process of its own, that a test can kill, stop and let go on. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Order, WorkArgument, WorkReport } from "./work.ts";

const script = fileURLToPath(new URL("scripts/works-for-a-group.ts", import.meta.url));

export class Worker {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | NodeJS.Signals | null>;
  /** Resolves once its group exists, or it is gone. */
  readonly ready: Promise<void>;
  #report: WorkReport | undefined;

  /** Ended with the test. */
  constructor(argument: WorkArgument) {
    this.#child = fork(script, [JSON.stringify(argument)], {
      execArgv: ["--conditions=@attune/source", "--no-warnings"],
    });
    this.#exit = new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => resolve(signal ?? code));
    });
    const told = new Promise<void>((resolve) => {
      this.#child.on("message", (report: WorkReport) => {
        this.#report = report;
        resolve();
      });
    });
    this.ready = Promise.race([told, this.#exit.then(() => {})]);
    onTestFinished(() => this.kill());
  }

  get warnings(): readonly string[] {
    return this.#report?.warnings ?? [];
  }

  /** Stands still for so long, in its next handler. */
  block(ms: number): void {
    this.#tell({ block: ms });
  }

  stop(): void {
    this.#child.kill("SIGSTOP");
  }

  goOn(): void {
    this.#child.kill("SIGCONT");
  }

  /** Kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exit;
  }

  /** Lets it finish. Resolves with its exit code, or what killed it. */
  end(): Promise<number | NodeJS.Signals | null> {
    this.#tell("end");
    return this.#exit;
  }

  #tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order);
  }
}
