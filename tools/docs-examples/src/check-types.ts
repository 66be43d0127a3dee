/** Type-checks a folder with the workspace's TypeScript and tells the problems apart by file. */
import { join, resolve } from "node:path";
import { runProcess } from "./run-process.ts";

export interface TypeProblem {
  /** Absolute; undefined for a problem of the configuration. */
  file: string | undefined;
  line: number;
  /** "TS2345: Argument of type …", over several lines when it has details. */
  message: string;
}

export async function checkTypes(
  root: string,
  folder: string,
  project = "tsconfig.json",
): Promise<TypeProblem[]> {
  const tsc = join(root, "node_modules/.bin/tsc");
  const args = ["--noEmit", "--pretty", "false", "--project", project];
  const { stdout, stderr, failure } = await runProcess(tsc, args, { cwd: folder, timeoutMs: 60_000 });
  const problems = parseProblems(stdout, folder);
  // a compiler that fails without a word about why must not look like one that found nothing
  if (failure !== undefined && problems.length === 0)
    throw new Error(`tsc in ${folder}: ${failure}\n${stderr}${stdout}`);
  return problems;
}

export function parseProblems(output: string, folder: string): TypeProblem[] {
  const problems: TypeProblem[] = [];
  for (const line of output.split("\n")) {
    const match = /^(?:(.+?)\((\d+),\d+\): )?error (TS\d+: .*)$/.exec(line);
    if (match) {
      const [, file, at, message] = match;
      problems.push({ file: file && resolve(folder, file), line: Number(at ?? 0), message: message! });
    } else if (/^\s/.test(line)) {
      const last = problems.at(-1);
      if (last) last.message += `\n${line}`;
    }
  }
  return problems;
}
