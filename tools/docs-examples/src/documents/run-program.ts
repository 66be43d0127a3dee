/** Runs a program of a document as its reader does, and says what went differently from what the document tells. */
import { dirname, join } from "node:path";
import { runProcess } from "../run-process.ts";
import { matchOutput } from "./match-output.ts";
import type { Program } from "./read-programs.ts";
import { programPath, vitestConfig } from "./write-programs.ts";

/** How long a program may take: milliseconds. */
const timeoutMs = 20_000;

/**
 * Undefined when it ended by itself, with 0, and printed what its document says; else the failure with all it printed.
 * `folder` is what `writePrograms` filled; `url` becomes its ATTUNE_URL.
 */
export async function runProgram(folder: string, program: Program, url: string): Promise<string | undefined> {
  const path = join(folder, programPath(program));
  const { stdout, stderr, failure } = await runProcess(process.execPath, argumentsFor(folder, path), {
    cwd: dirname(path),
    env: { ATTUNE_URL: url, NODE_COMPILE_CACHE: join(folder, ".node-compile") },
    timeoutMs,
  });
  const why = failure ?? (program.output && matchOutput(program.output, stdout));
  if (why === undefined) return undefined;
  return `${placeOf(program)}: ${why}\n--- it printed\n${stdout}--- and on stderr\n${stderr}`;
}

/** README.md:19, or README.md:19 (publish.ts) */
export function placeOf({ document, line, file }: Program): string {
  return `${document}:${line}${file ? ` (${file})` : ""}`;
}

function argumentsFor(folder: string, path: string): string[] {
  if (!path.endsWith(".test.ts")) return ["--conditions=@attune/source", path];
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  return [vitest, "run", "--config", join(folder, vitestConfig), path];
}
