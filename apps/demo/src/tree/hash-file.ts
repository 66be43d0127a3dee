/** The SHA-256 of a file's content, streamed: of any size. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { TreeFile } from "./walk-tree.ts";

export interface HashOptions {
  /** Of its first `bytes` bytes: a file that is being written to could go on for ever. Default: as many as it has now. */
  readonly bytes?: number;
  /** Rejects with its reason. */
  readonly signal?: AbortSignal;
}

export async function hashFile(file: TreeFile, options: HashOptions = {}): Promise<string> {
  const { bytes = (await lstat(file.location)).size, signal } = options;
  const hash = createHash("sha256");
  if (bytes > 0) {
    const content = createReadStream(file.location, { end: bytes - 1 });
    await pipeline(content, hash, signal ? { signal } : {});
  }
  return hash.digest("hex");
}
