/** Embeds one folder, or says whether what is embedded is what the folder holds. */
import { glob, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EmbeddedFolder } from "./embedded-folders.ts";
import { sourceModule } from "./source-module.ts";
import { withParts } from "./with-parts.ts";

export interface EmbedResult {
  /** From the root of the repository. */
  file: string;
  /**
   * "absent": there is no folder and no file, so nothing to do.
   * "fresh": the file holds what the folder holds.
   * "written", "removed": it did not, and now does.
   * "missing", "stale", "orphaned": it does not (with `check`). An orphan is a file whose folder is gone.
   */
  state: "absent" | "fresh" | "written" | "removed" | "missing" | "stale" | "orphaned";
}

export async function embed(
  root: string,
  folder: EmbeddedFolder,
  { check = false }: { check?: boolean } = {},
): Promise<EmbedResult> {
  const file = join(folder.package, folder.to);
  const path = join(root, file);
  const present = await readIfThere(path);
  const wanted = await wantedModule(root, folder);
  if (present === wanted) return { file, state: wanted === undefined ? "absent" : "fresh" };
  if (wanted === undefined) {
    if (check) return { file, state: "orphaned" };
    await rm(path);
    return { file, state: "removed" };
  }
  if (check) return { file, state: present === undefined ? "missing" : "stale" };
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, wanted);
  return { file, state: "written" };
}

async function wantedModule(root: string, folder: EmbeddedFolder): Promise<string | undefined> {
  const from = join(root, folder.package, folder.from);
  if (!(await isThere(from))) return undefined;
  const sources: Record<string, string> = {};
  for await (const found of glob(`**/*${folder.extension}`, { cwd: from })) {
    const name = found.slice(0, -folder.extension.length).replaceAll("\\", "/");
    sources[name] = await readFile(join(from, found), "utf8");
  }
  return sourceModule(folder.from, withParts(sources));
}

async function readIfThere(path: string): Promise<string | undefined> {
  return (await isThere(path)) ? readFile(path, "utf8") : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
