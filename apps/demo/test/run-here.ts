/** Runs a demonstration in this process: the same as a program, but for its start and the meaning of Ctrl-C. */
import { join } from "node:path";
import { readCommandLine } from "../src/command-line.ts";
import { emptyFolder } from "./run-demo.ts";

export interface HereResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Interrupts it once it has printed `until`. Rejects with what the program would say on stderr. */
export async function runHere(args: readonly string[], until?: string): Promise<HereResult> {
  const commandLine = readCommandLine(args, {});
  if (commandLine === "help") throw new Error("there is nothing to run");
  const { demonstration, url, options } = commandLine;
  const interruption = new AbortController();
  let stdout = "";
  const write = (text: string) => {
    stdout += text;
    if (until !== undefined && stdout.includes(until)) interruption.abort();
    return true;
  };
  const exitCode = await demonstration.run({
    url,
    options: { ...options, report: options.report ?? join(emptyFolder(), "report.md") },
    stdout: { write } as NodeJS.WriteStream,
    signal: interruption.signal,
  });
  return { exitCode, stdout };
}
