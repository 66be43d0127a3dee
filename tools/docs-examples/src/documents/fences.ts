/** Finds the fenced code blocks of a Markdown text (CommonMark 4.5, and at any indentation, as in lists). */

export interface Fence {
  /** What stands behind the opening backticks: "ts file=publish.ts". */
  info: string;
  /** Of the opening fence, from 1. */
  line: number;
  /** Of the closing fence. */
  endLine: number;
  /** The lines between. */
  content: string[];
  /** False when the text ends before the block does. */
  closed: boolean;
}

const opening = /^([ \t]*)(?:(`{3,})([^`]*)|(~{3,})(.*))$/;

export function findFences(markdown: string): Fence[] {
  const lines = markdown.split(/\r?\n/);
  const fences: Fence[] = [];
  for (let index = 0; index < lines.length; index++) {
    const match = opening.exec(lines[index]!);
    if (!match) continue;
    const indentation = match[1]!.length;
    const marks = (match[2] ?? match[4])!;
    const line = index + 1;
    const content: string[] = [];
    const isClosing = (text: string) => {
      const trimmed = text.trim();
      return trimmed.length >= marks.length && trimmed === marks[0]!.repeat(trimmed.length);
    };
    for (index++; index < lines.length && !isClosing(lines[index]!); index++) {
      content.push(withoutIndentation(lines[index]!, indentation));
    }
    const info = (match[3] ?? match[5])!.trim();
    fences.push({ info, line, endLine: index + 1, content, closed: index < lines.length });
  }
  return fences;
}

/** The text with every line of its fences emptied: what is prose, with its line numbers kept. */
export function proseOf(markdown: string, fences: readonly Fence[]): string {
  const lines = markdown.split(/\r?\n/);
  for (const { line, endLine } of fences) {
    for (let index = line - 1; index < Math.min(endLine, lines.length); index++) lines[index] = "";
  }
  return lines.join("\n");
}

function withoutIndentation(line: string, columns: number): string {
  const blank = /^[ \t]*/.exec(line)![0].length;
  return line.slice(Math.min(blank, columns));
}
