/** How many cells of a terminal a text takes: CJK and emoji take two. */
import stringWidth from "fast-string-width";

/** Of a clean text. */
export function cellWidth(text: string): number {
  return isPlain(text) ? text.length : stringWidth(text);
}

/** Each character is one cell. */
export function isPlain(text: string): boolean {
  return !/[^ -~]/.test(text);
}
