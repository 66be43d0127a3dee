/** A consumer of a group in a process of its own, which a test can kill, and what it has told. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const script = fileURLToPath(new URL("./scripts/works-for-a-group.ts", import.meta.url));

export interface WorkArgument {
  readonly url: string;
  readonly eventType: string;
  readonly group: string;
  readonly consumer: string;
  /** Of each read. */
  readonly count: number;
  /** One in so many is never acknowledged. */
  readonly holdsEvery: number;
}

/** The ids of one read. */
export interface WorkReport {
  readonly delivered: readonly string[];
  readonly acknowledged: readonly string[];
  /** It waits for its start: the first report. */
  readonly ready: boolean;
}

export class GroupWorker {
  readonly delivered: string[] = [];
  readonly acknowledged: string[] = [];
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  /** Resolves once it has the file open. Ended with the test. */
  static async open(argument: WorkArgument): Promise<GroupWorker> {
    const child = fork(script, [JSON.stringify(argument)], {
      execArgv: ["--conditions=@attune/source", "--no-warnings"],
    });
    const worker = new GroupWorker(child);
    onTestFinished(() => worker.kill());
    await once(child, "message");
    return worker;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, "exit");
    child.on("message", ({ delivered, acknowledged }: WorkReport) => {
      this.delivered.push(...delivered);
      this.acknowledged.push(...acknowledged);
    });
  }

  start(): void {
    this.#child.send("go");
  }

  /** Kill -9. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Lets it finish what it is at. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }
}
