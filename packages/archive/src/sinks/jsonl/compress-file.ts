/** Compresses a file that is done. */
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/**
 * Killed at any moment, it leaves the file, or the compressed one, or both with the same content, and a draft that the next attempt
 * writes over. One at a time: see `JsonlSink`.
 */
export async function compressFile(path: string): Promise<void> {
  const draft = `${path}.gz.tmp`;
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(draft));
    const file = await open(draft, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, `${path}.gz`);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rm(path, { force: true });
}
