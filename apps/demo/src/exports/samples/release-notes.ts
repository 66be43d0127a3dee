/** The notes of a release, as they are shown: text with examples in it. */

const heading = "Before you upgrade";

const body = `
Write your stages as functions.

export function plan(input: string) {
  return input.split(" ");
}

export async function write(words: string[]) {
  return words.join(" ");
}

export const stages = [plan, write];

export { plan as first, write as last };
`;

export const releaseNotes = `${heading}\n${body}`;
