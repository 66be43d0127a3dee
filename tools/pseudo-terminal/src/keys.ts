/** The names of keys, as tmux knows them. It would type the letters of a name that it does not know. */
const names =
  /^(?:[CMS]-)*(?:[^\p{C}]|Enter|Escape|Space|Tab|BTab|BSpace|Up|Down|Left|Right|Home|End|PageUp|PageDown|IC|DC|F(?:[1-9]|1[0-2]))$/u;

export function keyArguments(keys: readonly string[]): string[] {
  const unknown = keys.find((key) => !names.test(key));
  if (unknown !== undefined)
    throw new Error(
      `there is no key ${JSON.stringify(unknown)}; keys are q, C-c, M-x, Enter, Up, PageDown, F1, …`,
    );
  return keys.map(argument);
}

/** At the end of an argument a semicolon would begin another command. */
export function argument(text: string): string {
  return text.replace(/;$/, "\\;");
}
