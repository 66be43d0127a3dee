/** `attune` as a shell finds it. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cleanEnv, execArgs } from "./run-cli.ts";

/** The environment of a shell that finds the command, which is put into the folder's `bin`. */
export async function attuneOnPath(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<NodeJS.ProcessEnv> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  const words = [process.execPath, ...execArgs].map((word) => `'${word}'`).join(" ");
  await writeFile(join(bin, "attune"), `#!/bin/sh\nexec ${words} "$@"\n`);
  await chmod(join(bin, "attune"), 0o755);
  return { ...cleanEnv(env), PATH: `${bin}${delimiter}${process.env.PATH}` };
}
