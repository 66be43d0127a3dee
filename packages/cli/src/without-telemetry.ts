/** `attune telemetry agents` is `attune agents`: the word is what the commands were called by before. */

/** Options before a command that are followed by a value. */
const withValue = ["--url", "--prefix"];

export function withoutTelemetry(words: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith("-")) at += withValue.includes(words[at]!) ? 2 : 1;
  return words[at] === "telemetry" ? words.toSpliced(at, 1) : words;
}
