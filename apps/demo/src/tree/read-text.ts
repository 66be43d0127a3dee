/** Reads a file as text, unless it is binary or too large to be somebody's source. */
import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import type { TreeFile } from "./walk-tree.ts";

/** 5 MB: more than that is data or generated. */
const maxTextBytes = 5_000_000;

export type FileContent =
  | {
      readonly kind: "text";
      readonly bytes: number;
      readonly text: string;
      readonly encoding: TextEncodingName;
    }
  | { readonly kind: "binary"; readonly bytes: number }
  | { readonly kind: "too-large"; readonly bytes: number };

type TextEncodingName = "utf-8" | "utf-16le" | "latin1";

/** Rejects with the file system's error when the file cannot be read. */
export async function readText(file: TreeFile): Promise<FileContent> {
  await using handle = await open(file.location, "r");
  const { size } = await handle.stat();
  if (size > maxTextBytes) return { kind: "too-large", bytes: size };
  const buffer = Buffer.alloc(size);
  let bytes = 0;
  // Not "to the end": a file that is being written to could go on for ever.
  while (bytes < size) {
    const { bytesRead } = await handle.read(buffer, bytes, size - bytes, bytes);
    if (bytesRead === 0) break;
    bytes += bytesRead;
  }
  return decode(buffer.subarray(0, bytes));
}

/** How much of a file is looked at to find out whether it is binary; git looks at as much. */
const probeBytes = 8000;

function decode(buffer: Buffer): FileContent {
  const bytes = buffer.length;
  if (buffer[0] === 0xff && buffer[1] === 0xfe) {
    return { kind: "text", bytes, text: buffer.subarray(2).toString("utf16le"), encoding: "utf-16le" };
  }
  if (buffer.subarray(0, probeBytes).includes(0)) return { kind: "binary", bytes };
  if (isUtf8(buffer)) {
    const start = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
    return { kind: "text", bytes, text: buffer.toString("utf8", start), encoding: "utf-8" };
  }
  // Every byte is a character in it, so lines and marks are still found.
  return { kind: "text", bytes, text: buffer.toString("latin1"), encoding: "latin1" };
}
