/** A table in plain text: columns as wide as their content, the last one cut to the width of the page. */
import { clipped } from "./clean-text.ts";

export interface TableOptions {
  readonly width: number;
  readonly indent?: number;
  /** Columns of numbers, by index: set to the right. */
  readonly right?: readonly number[];
  /** Widest for any column but the last. Default 40. */
  readonly maxColumn?: number;
}

export function textTable(rows: readonly (readonly string[])[], options: TableOptions): string[] {
  const { width, indent = 2, right = [], maxColumn = 40 } = options;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.min(maxColumn, Math.max(...rows.map((row) => [...(row[column] ?? "")].length))),
  );
  const gap = "  ";
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      if (column === columns - 1 && !right.includes(column)) return cell;
      const text = clipped(cell, widths[column]!);
      return right.includes(column) ? text.padStart(widths[column]!) : text.padEnd(widths[column]!);
    });
    return clipped(" ".repeat(indent) + cells.join(gap), width).trimEnd();
  });
}
