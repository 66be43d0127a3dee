/** Words of commands that are shown to be copied. */

/** As a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The embedded file that is used where nothing else is said. */
const defaultLocation = "sqlite:.attune/attune.db";

/** What leads a command to the store of the page, with a space before it; nothing where it goes there by itself. */
export function storeFlags(location: string | undefined): string {
  return location === undefined || location === defaultLocation ? "" : ` --url ${quoted(location)}`;
}

/** Behind all options: a name that begins like one is none. */
export function asLastWord(name: string): string {
  return name.startsWith("-") ? `-- ${quoted(name)}` : quoted(name);
}
