/** Compares what a program printed with what its document says it prints. */

/**
 * Line by line; `…` stands for anything within a line, blanks at the end of a line do not count. Undefined when it
 * matches, else what differs, for a human.
 */
export function matchOutput(expected: readonly string[], stdout: string): string | undefined {
  const printed = stdout.replace(/\r?\n$/, "").split(/\r?\n/);
  const wanted = expected.length === 0 ? [""] : expected;
  for (let index = 0; index < Math.max(wanted.length, printed.length); index++) {
    const want = wanted[index];
    const got = printed[index];
    if (want !== undefined && got !== undefined && patternOf(want).test(got.trimEnd())) continue;
    return `line ${index + 1} of the output: the document says ${quote(want)}, the program prints ${quote(got)}`;
  }
  return undefined;
}

function patternOf(line: string): RegExp {
  const parts = line.trimEnd().split("…");
  return new RegExp(`^${parts.map((part) => escaped(part)).join(".*")}$`, "u");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function quote(line: string | undefined): string {
  return line === undefined ? "nothing more" : JSON.stringify(line);
}
