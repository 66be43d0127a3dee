/** A table in plain text: columns as wide as their content, and cut where the page is too narrow for them. */
import { cellWidth } from "./cell-width.ts";
import { clipped } from "./clipped.ts";
import { columnWidths } from "./column-widths.ts";

export interface TableColumn {
  /** A first line has these, when any column has one. */
  readonly header?: string;
  /** Default left. */
  readonly align?: "left" | "right";
  /** Where room is short, columns with a lower one are cut first, and of those with the same the widest. Default 0. */
  readonly priority?: number;
  /** Cut only when all others are: for ids. */
  readonly keep?: boolean;
  /** As wide as its content, whatever `maxColumn` says. */
  readonly grow?: boolean;
  /** Colours: gets what stands in the table, and must not change its width. Not for the header. */
  readonly style?: (text: string, row: number) => string;
}

export interface TableOptions {
  /** Cells that no line exceeds. */
  readonly width: number;
  readonly indent?: number;
  /** Default: plain ones, of which the last may grow, and is cut first. */
  readonly columns?: readonly TableColumn[];
  /** Instead of `columns`: columns of numbers, by index, set to the right. */
  readonly right?: readonly number[];
  /** Widest for any column that may not grow. Default 40. */
  readonly maxColumn?: number;
}

const gap = "  ";

/** One line for each row, no line wider than the page. Cells are cleaned. */
export function textTable(rows: readonly (readonly string[])[], options: TableOptions): string[] {
  const { width, indent = 2, maxColumn = 40 } = options;
  const columns = options.columns ?? plainColumns(rows, options.right ?? []);
  const room = width - indent;
  const cells = (row: readonly string[]) => columns.map((_, index) => clipped(row[index] ?? "", room));
  const header = columns.some((column) => column.header !== undefined)
    ? [cells(columns.map((column) => column.header ?? ""))]
    : [];
  const body = rows.map(cells);
  const natural = columns.map(({ grow }, index) => {
    let widest = 0;
    for (const line of [...header, ...body]) widest = Math.max(widest, cellWidth(line[index]!));
    return grow ? widest : Math.min(widest, maxColumn);
  });
  const widths = columnWidths(columns, natural, room, gap.length);
  const last = widths.findLastIndex((each) => each !== undefined);

  const lineOf = (row: readonly string[], style: (column: TableColumn, text: string) => string) => {
    const shown = columns.flatMap((column, index) => {
      const columnWidth = widths[index];
      if (columnWidth === undefined) return [];
      const text = clipped(row[index]!, columnWidth);
      const blank = " ".repeat(columnWidth - cellWidth(text));
      if (column.align === "right") return [blank + style(column, text)];
      return [style(column, text) + (index === last ? "" : blank)];
    });
    const line = shown.join(gap).trimEnd();
    return line === "" ? "" : " ".repeat(indent) + line;
  };
  return [
    ...header.map((row) => lineOf(row, (_, text) => text)),
    ...body.map((row, number) =>
      lineOf(row, ({ style }, text) => (style && text ? style(text, number) : text)),
    ),
  ];
}

function plainColumns(rows: readonly (readonly string[])[], right: readonly number[]): TableColumn[] {
  const count = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return Array.from({ length: count }, (_, index) => {
    if (right.includes(index)) return { align: "right" };
    return index === count - 1 ? { grow: true, priority: -1 } : {};
  });
}
