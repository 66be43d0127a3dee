/** What each fault test needs: a file in a folder of its own, transports on it, and other processes, ended when the test is. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Logger, openTransport, type Transport, type TransportOptions } from "@attune/transport";
import { onTestFinished } from "vitest";

/** The long forms, for as long as it takes: `ATTUNE_TEST_SOAK=1 npx vitest run --project faults packages/transport-sqlite`. */
export const soak = process.env.ATTUNE_TEST_SOAK === "1";

export interface Place {
  readonly folder: string;
  readonly path: string;
  readonly url: string;
}

/** A file that is not there yet. */
export async function newPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "attune-sqlite-faults-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "attune.db");
  return { folder, path, url: `sqlite:${path}` };
}

export interface Member {
  readonly transport: Transport;
  /** What was logged as a warning or an error. */
  readonly warnings: string[];
}

/** A transport in this process. */
export async function joinStore(url: string, options: TransportOptions = {}): Promise<Member> {
  const warnings: string[] = [];
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message) => warnings.push(message),
    error: (message) => warnings.push(message),
  };
  const transport = await openTransport(url, { logger, ...options });
  onTestFinished(() => transport.close());
  return { transport, warnings };
}

/** Another process that runs one of the scripts; told things and telling things. */
export class Program {
  readonly #script: string;
  readonly #child: ChildProcess;
  readonly #told: unknown[] = [];
  readonly #exit: Promise<number | NodeJS.Signals | null>;
  #wake: (() => void) | undefined;
  #exited = false;

  constructor(script: string, argument: object) {
    this.#script = script;
    const path = fileURLToPath(new URL(`scripts/${script}`, import.meta.url));
    this.#child = fork(path, [JSON.stringify(argument)], {
      execArgv: ["--conditions=@attune/source"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => {
      this.#told.push(message);
      this.#wake?.();
    });
    this.#exit = new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => {
        this.#exited = true;
        this.#wake?.();
        resolve(signal ?? code);
      });
    });
    onTestFinished(() => this.kill());
  }

  tell(message: object | string | number): void {
    this.#child.send(message);
  }

  /** The next thing that it tells. */
  async hear<T>(): Promise<T> {
    while (this.#told.length === 0) {
      if (this.#exited) throw new Error(`${this.#script} ended without a word (${await this.#exit})`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#told.shift() as T;
  }

  /** Its exit code, or what killed it. */
  exit(): Promise<number | NodeJS.Signals | null> {
    return this.#exit;
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
}

/** Waits for a condition; says which when it does not come. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  ms = 10_000,
): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await pause(5);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
