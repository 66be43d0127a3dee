/**
 * Texts as they are stored. Many releases of Node cut what they read at a NUL (all of 22, 24 before 24.18), so that none is stored:
 * it is written as an escape, as is the character that escapes it.
 */

const escaped = "\u0001";

/** What stands for a text in the file. The same for every process, whichever Node it has. */
export function fromText(text: string): string {
  // Nearly no text has either.
  if (!text.includes("\0") && !text.includes(escaped)) return text;
  return text.replaceAll(escaped, `${escaped}1`).replaceAll("\0", `${escaped}0`);
}

/** The text that a column holds. */
export function toText(column: unknown): string {
  const stored = String(column);
  if (!stored.includes(escaped)) return stored;
  return stored.replaceAll(`${escaped}0`, "\0").replaceAll(`${escaped}1`, escaped);
}
