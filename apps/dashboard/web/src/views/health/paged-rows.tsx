/** Rows of a table, as many as fit on a page, and more on demand. */
import { type ReactNode, useState } from "react";

export interface PagedRowsProps<T> {
  readonly rows: readonly T[];
  /** Default 20. */
  readonly perPage?: number;
  /** Draws the table with those rows. */
  readonly children: (shown: readonly T[]) => ReactNode;
}

export function PagedRows<T>({ rows, perPage = 20, children }: PagedRowsProps<T>) {
  const [count, setCount] = useState(perPage);
  const more = rows.length - count;
  return (
    <>
      {children(rows.slice(0, count))}
      {more > 0 ? (
        <button type="button" className="more" onClick={() => setCount(count + 100)}>
          {more} more
        </button>
      ) : null}
    </>
  );
}
