/** A project of somebody who uses the packages: a folder of its own, and what `npm install` puts into it. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outputOf, type ProcessResult, runProcess } from "../run-process.ts";

export interface Project {
  folder: string;
  /** Writes a file and runs it with plain Node. */
  run(file: string, source: string, env?: Record<string, string>): Promise<ProcessResult>;
}

/** `packages`: tarballs, and names of the registry's. */
export async function installProject(folder: string, packages: readonly string[]): Promise<Project> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await outputOf(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", ...packages],
    { cwd: folder, timeoutMs: 60_000 },
  );
  return {
    folder,
    async run(file, source, env = {}) {
      await writeFile(join(folder, file), source);
      return runProcess(process.execPath, [file], { cwd: folder, env, timeoutMs: 20_000 });
    },
  };
}
