/** Puts shared parts into the sources that ask for them: neither Lua in Redis nor SQL can load another file. */

/** A line of its own: `-- @include NAME` stands for the file `parts/NAME`. */
const include = /^-- @include (\S+)$/gm;

/** `sources` by name; those below `parts/` are put where they are asked for, and are no sources of their own. */
export function withParts(sources: Readonly<Record<string, string>>): Record<string, string> {
  const whole: Record<string, string> = {};
  for (const [name, source] of Object.entries(sources)) {
    if (name.startsWith("parts/")) continue;
    whole[name] = source.replace(include, (_, part: string) => {
      const text = sources[`parts/${part}`];
      if (text === undefined) throw new Error(`${name} includes parts/${part}, which does not exist.`);
      return text.trimEnd();
    });
  }
  return whole;
}
