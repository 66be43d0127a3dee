/** Starts the command in a process of its own, for what goes on until it is ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { cleanEnv, execArgs } from "./run-cli.ts";

export interface StartedCli {
  readonly child: ChildProcessWithoutNullStreams;
  /** Of stdout. */
  readonly lines: NodeJS.AsyncIterator<string, undefined>;
  /** Lines of stderr. */
  readonly told: NodeJS.AsyncIterator<string, undefined>;
  /** Exit code and signal. */
  readonly exit: Promise<[number | null, string | null]>;
}

export function startCli(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): StartedCli {
  const child = spawn(process.execPath, [...execArgs, ...args], { cwd, env: cleanEnv(env), stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    child,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    told: createInterface({ input: child.stderr })[Symbol.asyncIterator](),
    exit: once(child, "close") as Promise<[number | null, string | null]>,
  };
}
