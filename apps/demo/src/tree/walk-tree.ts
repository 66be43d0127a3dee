/** Walks a source tree folder by folder, in the order of names; follows no symbolic link, so it always ends. */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { isFileError } from "./file-error.ts";

/** Folders of other people's code and of generated files, the embedded store's among them: not part of the source. */
export const skippedFolders: readonly string[] = ["node_modules", ".git", "dist", ".nx", ".attune"];

/** A regular file. */
export interface TreeFile {
  /** Relative to the tree's root, with slashes. For people: bytes that are not UTF-8 show as U+FFFD. */
  readonly path: string;
  /** What the file system calls it. Bytes, since not every name is UTF-8. */
  readonly location: Buffer;
}

export interface TreeFolder {
  /** Relative to the tree's root, which itself is ".". */
  readonly path: string;
  /** The root has depth 0. */
  readonly depth: number;
  readonly files: readonly TreeFile[];
  readonly links: number;
  /** Sockets, pipes and devices: reading one could wait for ever. */
  readonly special: number;
  /** Folders in it that were left out. */
  readonly skipped: number;
  /** Folders that are known and not yet read. */
  readonly pending: number;
  /** Why the folder could not be read. */
  readonly failure: Error | undefined;
}

interface KnownFolder {
  readonly path: string;
  readonly depth: number;
  readonly location: Buffer;
}

export async function* walkTree(root: string): AsyncGenerator<TreeFolder, void, undefined> {
  const pending: KnownFolder[] = [{ path: ".", depth: 0, location: Buffer.from(root) }];
  for (let folder = pending.pop(); folder; folder = pending.pop()) {
    let entries: Dirent<Buffer>[] = [];
    let failure: Error | undefined;
    try {
      entries = await readdir(folder.location, { withFileTypes: true, encoding: "buffer" });
    } catch (error) {
      if (!isFileError(error)) throw error;
      failure = error;
    }
    yield readFolder(folder, entries, pending, failure);
  }
}

function readFolder(
  folder: KnownFolder,
  entries: readonly Dirent<Buffer>[],
  pending: KnownFolder[],
  failure: Error | undefined,
): TreeFolder {
  const files: TreeFile[] = [];
  const folders: KnownFolder[] = [];
  let skipped = 0;
  let links = 0;
  let special = 0;
  for (const entry of entries.toSorted((a, b) => Buffer.compare(a.name, b.name))) {
    const name = entry.name.toString();
    const path = folder.path === "." ? name : `${folder.path}/${name}`;
    const location = Buffer.concat([folder.location, slash, entry.name]);
    if (entry.isSymbolicLink()) links += 1;
    else if (entry.isFile()) files.push({ path, location });
    else if (!entry.isDirectory()) special += 1;
    else if (skippedFolders.includes(name)) skipped += 1;
    else folders.push({ path, depth: folder.depth + 1, location });
  }
  // The last one pushed is read next: reversed, so that names come in order.
  for (const known of folders.reverse()) pending.push(known);
  const { path, depth } = folder;
  return { path, depth, files, links, special, skipped, pending: pending.length, failure };
}

const slash = Buffer.from("/");
