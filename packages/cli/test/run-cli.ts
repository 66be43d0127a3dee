/** Runs the command: in this process, which is quick, or as a person would, in one of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { main } from "../src/main.ts";

const bin = join(import.meta.dirname, "../src/bin.ts");

/** What a process of the command is started with: `spawn(process.execPath, [...execArgs, "agents"])`. */
export const execArgs: readonly string[] = [
  "--conditions=@attune/source",
  "--disable-warning=ExperimentalWarning",
  bin,
];

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Its working directory, where its embedded file is. */
  readonly cwd: string;
  /** Beside PATH, HOME and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** For stdin, which is closed after it. */
  readonly input?: string;
}

/** In this process, with streams of its own. */
export async function runCli(
  args: readonly string[],
  { cwd, env = {}, input = "" }: RunOptions,
): Promise<CliRun> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await main(args, {
    stdin: Readable.from([input]),
    stdout,
    stderr,
    env: cleanEnv(env),
    cwd,
    name: "attune",
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, stdout: out, stderr: err };
}

/** In a process of its own. */
export async function spawnCli(
  args: readonly string[],
  { cwd, env = {}, input = "" }: RunOptions,
): Promise<CliRun> {
  const child = spawn(process.execPath, [...execArgs, ...args], { cwd, env: cleanEnv(env), stdio: "pipe" });
  const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  clearTimeout(timer);
  return { code, stdout, stderr };
}

/** Nothing of what the developer's own shell says about stores and colours. */
export function cleanEnv(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { ATTUNE_URL, ATTUNE_AGENT, NO_COLOR, FORCE_COLOR, NODE_OPTIONS, ...rest } = process.env;
  return { ...rest, ...env };
}
