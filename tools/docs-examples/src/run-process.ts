/** Runs a program to its end, like a reader in a terminal would: with nothing of the test runner's around it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface RunProcessOptions {
  cwd: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Milliseconds until it is killed. */
  timeoutMs: number;
}

export interface ProcessResult {
  stdout: string;
  stderr: string;
  /** How it did not end well, for a human: "exit code 1", "killed after 20 s"; undefined when it ended with 0. */
  failure: string | undefined;
}

export async function runProcess(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs }: RunProcessOptions,
): Promise<ProcessResult> {
  // a process group of its own, so that a kill reaches what npm has started, too
  const child = spawn(command, args, {
    cwd,
    env: { ...readersEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    if (child.pid !== undefined) killGroup(child.pid);
  }, timeoutMs);
  try {
    const [stdout, stderr, [code, signal]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    return { stdout, stderr, failure: late ? `killed after ${timeoutMs / 1000} s` : failureOf(code, signal) };
  } finally {
    clearTimeout(timer);
  }
}

/** Its standard output; throws with what it said when it did not end well. */
export async function outputOf(
  command: string,
  args: readonly string[],
  options: RunProcessOptions,
): Promise<string> {
  const { stdout, stderr, failure } = await runProcess(command, args, options);
  if (failure !== undefined)
    throw new Error(`${command} ${args.join(" ")}: ${failure}\n${stderr}${stdout}`.trim());
  return stdout;
}

function failureOf(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal !== null) return `ended by ${signal}`;
  if (code === 13) return "exit code 13: something awaited at the top level never came";
  return code === 0 ? undefined : `exit code ${code}`;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended just now
  }
}

/** Without what a runner and `npm run` put there; colours off, as in a pipe. */
function readersEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(NODE_OPTIONS|NODE_ENV|NODE_COMPILE_CACHE|FORCE_COLOR|VITEST.*|VITE_.*|ATTUNE_.*|TEST|DEV|PROD|MODE|SSR|BASE_URL|npm_(package|lifecycle|command).*|npm_config_(local_prefix|workspace).*)$/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1" };
}
