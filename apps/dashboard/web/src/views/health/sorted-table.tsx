/** A table of figures whose columns can be sorted by. */
import type { ReactNode } from "react";

export interface SortedTableProps<Column extends string> {
  /** `undefined` in the place of a name: it cannot be sorted by. */
  readonly columns: readonly (readonly [name: Column | undefined, title: string, className?: string])[];
  readonly sort: Column;
  readonly onSort: (column: Column) => void;
  /** The rows. */
  readonly children: ReactNode;
}

export function SortedTable<Column extends string>({
  columns,
  sort,
  onSort,
  children,
}: SortedTableProps<Column>) {
  return (
    <div className="table-box">
      <table className="figures">
        <thead>
          <tr>
            {columns.map(([name, title, className]) => (
              <th
                key={title}
                scope="col"
                className={className}
                {...(name === sort ? { "aria-sort": className === "num" ? "descending" : "ascending" } : {})}
              >
                {name === undefined ? (
                  title
                ) : (
                  <button type="button" className="sorter" onClick={() => onSort(name)}>
                    {title}
                    <span aria-hidden="true">{name === sort ? (className === "num" ? " ↓" : " ↑") : ""}</span>
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
