/** Runs `npm run demo` as its own process, as a user would, in a folder of its own; and `attune`, which looks on. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { repository } from "../src/store-announcement.ts";

export interface DemoResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningDemo {
  readonly pid: number;
  /** Resolves when nobody holds its output any more: it has ended, and so has every process that it started. */
  readonly result: Promise<DemoResult>;
  /** Resolves when it has ended itself. */
  readonly exited: Promise<void>;
  /** Of both streams, so far. */
  output(): string;
  /** Resolves once the output holds this text. */
  printed(text: string): Promise<void>;
  interrupt(): void;
  kill(): void;
}

export interface DemoOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default: an empty folder that goes with the test, so that the default store is the test's own. */
  readonly cwd?: string;
  /** In a process group of its own, as a command that a shell starts. */
  readonly detached?: boolean;
}

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "attune-demo-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const mainFile = join(import.meta.dirname, "../src/main.ts");

export function startDemo(args: readonly string[], options?: DemoOptions): RunningDemo {
  return start(mainFile, args, options);
}

/** What `npm run attune` runs: another terminal, which sees of a demonstration only what is in the store. */
export function startAttune(args: readonly string[], options?: DemoOptions): RunningDemo {
  return start(join(repository, "packages/cli/src/bin.ts"), args, options);
}

function start(file: string, args: readonly string[], options: DemoOptions = {}): RunningDemo {
  const { env, cwd = emptyFolder(), detached = false } = options;
  const child = spawn(process.execPath, ["--conditions=@attune/source", file, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ATTUNE_URL: "", ...env },
    cwd,
    detached,
    // What does not end by itself fails its test.
    timeout: 60_000,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  const result = new Promise<DemoResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  // Also when the test has failed: nobody may be left to write into the folder once it is gone.
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await result;
  });
  const printed = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (!stdout.includes(text) && !stderr.includes(text)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
      result.then(
        () => reject(new Error(`ended without printing ${JSON.stringify(text)}:\n${stdout}${stderr}`)),
        reject,
      );
    });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    pid: child.pid!,
    result,
    exited,
    output: () => stdout + stderr,
    printed,
    interrupt: () => child.kill("SIGINT"),
    kill: () => child.kill("SIGKILL"),
  };
}

export function runDemo(args: readonly string[], options?: DemoOptions): Promise<DemoResult> {
  return startDemo(args, options).result;
}

/** The numbers of the processes, beside its own, in which a demonstration says that something happens. */
export function partPids(output: string): number[] {
  const said = output.matchAll(/\[(\d+)\]|\bprocess (\d+)|[a-z\d] in (\d+);/g);
  return [...new Set([...said].map(([, ...numbers]) => Number(numbers.find((number) => number))))];
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** How many of its steps a demonstration says came out as expected, and how many not. */
export function verdictsOf(stdout: string): { readonly ok: number; readonly wrong: number } {
  return {
    ok: (stdout.match(/^ {2}ok /gm) ?? []).length,
    wrong: (stdout.match(/^ {2}WRONG /gm) ?? []).length,
  };
}
