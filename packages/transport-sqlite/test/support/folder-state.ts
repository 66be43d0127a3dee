/** What lies in a folder, byte for byte, and what this process has open of it. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Each name with its kind, rights and content. Nothing may have any of it open: reading would let go of its locks. */
export function folderState(folder: string): Readonly<Record<string, string>> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).sort();
  return Object.fromEntries(names.map((name) => [name, stateOf(join(folder, name))]));
}

function stateOf(path: string): string {
  const found = lstatSync(path);
  const content = found.isFile() ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
  return `${found.mode.toString(8)} ${found.uid} ${content}`;
}

/** The files below a folder that this process has open; empty where the system does not tell. */
export function openBelow(folder: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((number) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${number}`);
      return path.startsWith(`${folder}/`) ? [path] : [];
    } catch {
      return []; // That of the listing itself, closed by now.
    }
  });
}
