/** Fills a text up to so many cells of a terminal. */
import { cellWidth } from "./cell-width.ts";

/** `text`: a clean one. What is wider stays as it is. */
export function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - cellWidth(text)));
}
