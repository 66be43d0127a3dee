/** A DuckDB file whose making was cut short (a full disk, a kill) cannot be opened, and holds nothing. */
import { open, rm } from "node:fs/promises";

/** Its header, which is written before anything else. */
const headerBytes = 3 * 4096;

/** Removes the file if it is such a one. Not while somebody has it locked. Answers whether it was. */
export async function removeUnfinished(path: string): Promise<boolean> {
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return false;
  let unfinished: boolean;
  try {
    const { size } = await file.stat();
    const magic = Buffer.alloc(4);
    if (size > 0) await file.read(magic, 0, 4, 8);
    unfinished = size < headerBytes && (size === 0 || magic.toString() === "DUCK");
  } finally {
    await file.close();
  }
  if (unfinished) await rm(path, { force: true });
  return unfinished;
}
