/** Runs the command in a terminal; its process is known by its pid. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startTerminal, type Terminal } from "@attune-tools/pseudo-terminal";
import { onTestFinished } from "vitest";
import { execArgs } from "../run-cli.ts";

export interface StartedAttune {
  readonly terminal: Terminal;
  pid(): Promise<number>;
}

export interface StartAttuneOptions {
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** For Node, before the command. */
  readonly nodeArgs?: readonly string[];
}

export async function startAttune(
  args: readonly string[],
  options: StartAttuneOptions,
): Promise<StartedAttune> {
  const { cwd, nodeArgs = [], ...rest } = options;
  // The shell becomes the command: it has its pid.
  const node = [process.execPath, ...nodeArgs, ...execArgs, ...args];
  const command = ["/bin/sh", "-c", 'echo $$ > attune.pid; exec "$@"', "sh", ...node];
  const terminal = await startTerminal({ command, cwd, ...rest });
  onTestFinished(() => terminal[Symbol.asyncDispose]());
  return { terminal, pid: async () => Number(await readFile(join(cwd, "attune.pid"), "utf8")) };
}

/** All that could make a screen empty. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
export const clearScreen = /\u001b\[[0-3]?J|\u001bc/g;
