/** Rows of objects that are alike, as a table. */
import { isObject } from "./is-object.ts";

export interface ValueTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const mostColumns = 7;
const longestCell = 80;

/** `undefined`: as a list they are read more easily. */
export function tableOf(values: readonly unknown[]): ValueTable | undefined {
  if (values.length < 2 || !values.every(isObject)) return undefined;
  const columns = new Set<string>();
  for (const row of values) {
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === "object" && value !== null) return undefined;
      if (typeof value === "string" && (value.length > longestCell || value.includes("\n"))) return undefined;
      columns.add(name);
      if (columns.size > mostColumns) return undefined;
    }
  }
  // Where most cells would be empty, the rows are not alike.
  const filled = values.reduce((sum, row) => sum + Object.keys(row).length, 0);
  if (columns.size === 0 || filled < 0.6 * columns.size * values.length) return undefined;
  return { columns: [...columns], rows: values };
}
