/** One run of a server's program: from the start until its process is gone, never longer than this process lives. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { startWatchdog } from "./watchdog.ts";

export interface WatchedProcessOptions {
  command: string;
  args: string[];
  /** Added to this process's environment. */
  env: Record<string, string>;
  cwd: string;
  /** Its output goes into this file. */
  log: string;
  /** To be removed should this process die. */
  ownedDirectory?: string | undefined;
  /** Run as this user. Default: as this process's own. */
  user?: { uid: number; gid: number } | undefined;
}

export class WatchedProcess {
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

  static async launch(options: WatchedProcessOptions): Promise<WatchedProcess> {
    const { command, args, env, cwd, log, ownedDirectory, user } = options;
    const output = openSync(log, "a");
    let child: ChildProcess;
    try {
      // in a session of its own: at Ctrl-C the tests end first, then their server
      child = spawn(command, args, {
        env: { ...process.env, ...env },
        stdio: ["ignore", output, output],
        detached: true,
        cwd,
        ...user,
      });
    } finally {
      closeSync(output);
    }
    await once(child, "spawn"); // rejects when the binary cannot be run
    child.unref();
    return new WatchedProcess(child, startWatchdog(child.pid!, ownedDirectory), log);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines of what it said. */
  get lastWords(): string {
    return readFileSync(this.#log, "utf8").trim().split("\n").slice(-8).join("\n");
  }

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#child.kill(signal);
  }

  /** Ends it with the signal, with SIGKILL after the grace time, and waits until it is gone. */
  async end(signal: "SIGTERM" | "SIGINT" | "SIGKILL", graceMs = 3000): Promise<void> {
    this.#child.ref(); // or an otherwise idle program would end before this promise does
    this.signal("SIGCONT"); // a stopped process would not see the signal
    this.signal(signal);
    const timer = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}
