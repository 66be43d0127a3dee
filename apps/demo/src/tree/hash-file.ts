/** The SHA-256 of a file's content, streamed: of any size. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { TreeFile } from "./walk-tree.ts";

/** Of its first `bytes` bytes: a file that is being written to could go on for ever. */
export async function hashFile(file: TreeFile, bytes: number, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  if (bytes > 0) await pipeline(createReadStream(file.location, { end: bytes - 1 }), hash, { signal });
  return hash.digest("hex");
}
