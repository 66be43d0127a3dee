/**
 * Texts as they are stored. Many releases of Node cut what they read at a NUL (all of 22, 24 before 24.18): a text that
 * holds one is stored as a blob, the bytes of its UTF-8.
 */
export function fromText(text: string): string | Buffer {
  return text.includes("\0") ? Buffer.from(text) : text;
}

/** The text that a column holds. */
export function toText(column: unknown): string {
  return column instanceof Uint8Array ? Buffer.from(column).toString() : String(column);
}
