/** A text in a cell of exactly so many columns. */
import { cellWidth, clipped } from "@attune-tools/terminal-text";

/**
 * Cleaned, cut or filled up with blanks. A plain text stays plain, cut with two dots: lines of ASCII are drawn several times
 * faster than others, and at ten pictures a second that counts.
 */
export function fitted(text: string, width: number, align: "left" | "right" = "left"): string {
  const plain = !/[^ -~]/.test(text);
  if (plain && text.length > width) return width > 4 ? `${text.slice(0, width - 2)}..` : text.slice(0, width);
  const shown = plain ? text : clipped(text, width);
  const blank = " ".repeat(Math.max(0, width - (plain ? text.length : cellWidth(shown))));
  return align === "left" ? shown + blank : blank + shown;
}
