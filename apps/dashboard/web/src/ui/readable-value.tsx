/** A JSON value for people: objects as lists of terms, rows of objects as tables, long texts folded. Nothing but text. */
import { type ReactNode, useState } from "react";
import { isObject } from "./is-object.ts";
import { tableOf } from "./table-of.ts";
import "./readable-value.css";

/** Further down it is shown as JSON. */
const deepest = 5;
const shownItems = 25;
const shownText = 400;
const shownLines = 8;

export function ReadableValue({ value, depth = 0 }: { readonly value: unknown; readonly depth?: number }) {
  if (typeof value === "string") return <LongText text={value} />;
  if (Array.isArray(value)) return <Items values={value} depth={depth} />;
  if (isObject(value)) return <Terms value={value} depth={depth} />;
  return <span className="readable">{String(value)}</span>;
}

function Terms({
  value,
  depth,
}: {
  readonly value: Readonly<Record<string, unknown>>;
  readonly depth: number;
}) {
  const entries = Object.entries(value);
  if (entries.length === 0) return <span className="muted">nothing</span>;
  if (depth >= deepest) return <Raw value={value} />;
  return (
    <Folded items={entries}>
      {(shown) => (
        <dl className={depth === 0 ? "terms" : "terms inner"}>
          {shown.map(([name, one]) => (
            <div key={name} className={isNested(one) ? "nested" : undefined}>
              <dt>{name}</dt>
              <dd>
                <ReadableValue value={one} depth={depth + 1} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Folded>
  );
}

function Items({ values, depth }: { readonly values: readonly unknown[]; readonly depth: number }) {
  if (values.length === 0) return <span className="muted">none</span>;
  if (depth >= deepest) return <Raw value={values} />;
  const table = tableOf(values);
  if (table) {
    return (
      <Folded items={table.rows}>
        {(rows) => (
          <div className="table-box">
            <table className="values">
              <thead>
                <tr>
                  {table.columns.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and do not move
                  <tr key={at}>
                    {table.columns.map((name) => (
                      <td key={name} className={typeof row[name] === "number" ? "num" : undefined}>
                        {Object.hasOwn(row, name) ? (
                          <ReadableValue value={row[name]} depth={deepest} />
                        ) : null}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Folded>
    );
  }
  if (values.length <= shownItems && values.every(isShort)) {
    return <span className="readable">{values.map(String).join(", ")}</span>;
  }
  return (
    <Folded items={values}>
      {(shown) => (
        <ul className="values">
          {shown.map((one, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name, and do not move
            <li key={at}>
              <ReadableValue value={one} depth={depth + 1} />
            </li>
          ))}
        </ul>
      )}
    </Folded>
  );
}

/** The first ones, and the others on demand. */
function Folded<T>({
  items,
  children,
}: {
  readonly items: readonly T[];
  readonly children: (shown: readonly T[]) => ReactNode;
}) {
  const [count, setCount] = useState(shownItems);
  const more = items.length - count;
  return (
    <>
      {children(more > 0 ? items.slice(0, count) : items)}
      {more > 0 ? (
        <button type="button" className="fold-button" onClick={() => setCount(count * 10)}>
          {more} more
        </button>
      ) : null}
    </>
  );
}

function LongText({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (text === "") return <span className="muted">empty</span>;
  const lines = text.split("\n", shownLines + 1);
  const isLong = text.length > shownText || lines.length > shownLines;
  const shown = isLong && !isOpen ? `${lines.slice(0, shownLines).join("\n").slice(0, shownText)} …` : text;
  return (
    <>
      <span className="readable text">{shown}</span>
      {isLong ? (
        <button type="button" className="fold-button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Less" : `All ${text.length.toLocaleString("en")} characters`}
        </button>
      ) : null}
    </>
  );
}

function Raw({ value }: { readonly value: unknown }) {
  return <LongText text={JSON.stringify(value)} />;
}

function isNested(value: unknown): boolean {
  if (Array.isArray(value) && value.every(isShort)) return false;
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** Several of them fit on a line. */
function isShort(value: unknown): boolean {
  return typeof value === "string" ? value.length <= 24 && !/[\n,]/.test(value) : typeof value !== "object";
}
