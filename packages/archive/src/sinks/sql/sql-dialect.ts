/** What differs between SQL stores when they are asked for rows. Everything else of a query is written once, in this folder. */

/** What a parameter is, for stores that want to know. */
export type SqlType = "text" | "integer" | "time";

export type SqlValue = string | number | bigint;

/** Adds a value to the parameters; answers what stands for it in the text. */
export type Bind = (value: SqlValue, type: SqlType) => string;

export interface SqlDialect {
  /** What is selected: the columns in the form in which the sink reads them. */
  readonly select: string;
  /** The table of the events, quoted. */
  readonly from: string;
  /** Columns, quoted. */
  readonly eventType: string;
  readonly timestamp: string;
  readonly source: string;
  /** What rows are ordered by: timestamp, both parts of the id as numbers, type by its code points. */
  readonly order: readonly string[];
  /** What stands for a parameter. The first is 1. */
  placeholder(index: number, type: SqlType): string;
  /** How a time is passed. */
  timeValue(time: Date): SqlValue;
  /** TRUE where the text holds the part. */
  contains(text: string, part: string): string;
  /** The text in a form that is compared by its code points. */
  comparable(text: string): string;
}

/** A name as an identifier. */
export function quoted(name: string, quote = '"'): string {
  return quote + name.replaceAll(quote, quote + quote) + quote;
}
