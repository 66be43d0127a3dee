/** A prepared statement whose values are texts of any kind, numbers and nulls. */
import type { StatementSync } from "node:sqlite";
import { fromText } from "./text.ts";

export type Value = string | number | null;

/** A row's columns by name; texts as they are stored: see `toText`. */
export type Row = Readonly<Record<string, unknown>>;

export class Statement {
  readonly #statement: StatementSync;
  #runs = false;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  /** Runs what answers no rows. A statement is either run, or asked with `get` and `all`. `lastInsertRowid`: to 53 bits. */
  run(...values: Value[]): { readonly changes: number; readonly lastInsertRowid: number } {
    if (!this.#runs) {
      // It tells the last id inserted, whatever it did itself; some of ours are beyond what a number can tell.
      this.#statement.setReadBigInts(true);
      this.#runs = true;
    }
    const { changes, lastInsertRowid } = this.#statement.run(...stored(values));
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  get(...values: Value[]): Row | undefined {
    return this.#statement.get(...stored(values));
  }

  all(...values: Value[]): Row[] {
    return this.#statement.all(...stored(values));
  }

  /** With values by the names that the statement gives them, without the `$`. */
  allNamed(values: Readonly<Record<string, Value>>): Row[] {
    const named: Record<string, Value> = {};
    for (const name of Object.keys(values)) named[name] = storedValue(values[name]!);
    return this.#statement.all(named);
  }
}

/** In place: the array is the call's own. */
function stored(values: Value[]): Value[] {
  for (let i = 0; i < values.length; i++) values[i] = storedValue(values[i]!);
  return values;
}

function storedValue(value: Value): Value {
  return typeof value === "string" ? fromText(value) : value;
}
