/** `position.json`: where the archives of a folder stand, and up to which byte of which file that is. Written by rename. */
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Cursor } from "@attune/streams";
import { sinkRefused } from "../../sink-errors.ts";

export interface FolderState {
  readonly format: 1;
  /** The file that is written to; "" before the first. */
  readonly file: string;
  /** So much of it counts. What is behind was written by somebody who died before he could say so. */
  readonly bytes: number;
  /** When it was begun: ISO 8601. */
  readonly since: string;
  readonly archives: Readonly<Record<string, { readonly version: number; readonly cursor: Cursor }>>;
}

const emptyState: FolderState = { format: 1, file: "", bytes: 0, since: "", archives: {} };

const fileName = "position.json";

export async function readState(folder: string): Promise<FolderState> {
  let text: string;
  try {
    text = await readFile(join(folder, fileName), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return emptyState;
    throw error;
  }
  const path = join(folder, fileName);
  let state: FolderState;
  try {
    state = JSON.parse(text) as FolderState;
  } catch (error) {
    throw sinkRefused(`${path} is damaged; put a backup in its place`, error);
  }
  if (state.format !== 1) throw sinkRefused(`${path} was written by another version of @attune/archive`);
  return state;
}

/** Once this has resolved, the state survives a power failure; when it rejects, the old one stands. */
export async function writeState(folder: string, state: FolderState): Promise<void> {
  const path = join(folder, fileName);
  const draft = `${path}.tmp`;
  try {
    const file = await open(draft, "w");
    try {
      await file.writeFile(JSON.stringify(state));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** That a file was made or renamed is kept only with its folder. Windows cannot do that, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
