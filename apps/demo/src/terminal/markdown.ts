/** Texts from agents and file names in a Markdown document: shown as they are, whatever is in them. */
import { cleanText } from "@attune-tools/terminal-text";

export function markdownText(text: string): string {
  return cleanText(text).replace(/[\\`*_[\]<>|#~&]/g, "\\$&");
}

/** Cells are Markdown already. Columns of numbers, by index, are set to the right. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(header),
    line(header.map((_, column) => (right.includes(column) ? "---:" : "---"))),
    ...rows.map(line),
  ];
}
