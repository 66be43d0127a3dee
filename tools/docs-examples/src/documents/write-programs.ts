/** Writes the programs of all documents into one folder, where they find the workspace's packages as a reader's would. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Program } from "./read-programs.ts";

/** The configuration, in the folder, with which Vitest runs those programs that are tests: against the sources, too. */
export const vitestConfig = "vitest.config.mjs";

/** Where a program lies in the folder. A document's named files lie together, every other program alone. */
export function programPath({ document, file, line }: Program): string {
  return file === undefined ? join(document, `line-${line}`, "program.ts") : join(document, "files", file);
}

/** Fragments are not written. */
export async function writePrograms(
  root: string,
  folder: string,
  programs: readonly Program[],
): Promise<void> {
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), include: ["**/*.ts"] }),
  );
  const resolve = { conditions: ["@attune/source"] };
  await writeFile(
    join(folder, vitestConfig),
    `export default ${JSON.stringify({ resolve, ssr: { resolve }, cacheDir: join(folder, ".vite") })};\n`,
  );
  for (const program of programs) {
    if (program.fragment !== undefined) continue;
    const path = join(folder, programPath(program));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, program.source);
  }
}
