/** Info strings, good and bad. */
import { expect, test } from "vitest";
import { readInfoWords } from "../../src/documents/info-words.ts";

test.each([
  ["", "", {}, ""],
  ["ts", "ts", {}, ""],
  ["text output", "text", { output: "" }, ""],
  ["ts file=a.ts together=yes", "ts", { file: "a.ts", together: "yes" }, ""],
  ['ts skip="needs a TLS = server" file=b.ts', "ts", { skip: "needs a TLS = server", file: "b.ts" }, ""],
  ['ts skip=""', "ts", { skip: "" }, ""],
  ["ts skip=", "ts", { skip: "" }, ""],
  ['ts skip="never closed', "ts", {}, 'skip="never closed'],
  ["ts {1,3} FILE=x", "ts", {}, "{1,3} FILE=x"],
])("%s", (info, language, words, misread) => {
  const read = readInfoWords(info);
  expect({ ...read, words: Object.fromEntries(read.words) }).toEqual({ language, words, misread });
});
