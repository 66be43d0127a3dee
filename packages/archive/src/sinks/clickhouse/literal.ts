/** Values in the text of a query. ClickHouse has parameters, but only since 19.x: these here work with every version. */

/** A text as a literal of ClickHouse, in which only the quote, the backslash and NUL mean something. */
export function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\0", "\\0")}'`;
}

export function literals(texts: Iterable<string>): string {
  return [...texts].map(literal).join(", ");
}

/** A name as an identifier. */
export function identifier(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}
