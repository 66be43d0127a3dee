/** What counts as the same output. */
import { expect, test } from "vitest";
import { matchOutput } from "../../src/documents/match-output.ts";

test.each([
  [["a", "b"], "a\nb\n"],
  [["a"], "a  \r\n"],
  [["a  "], "a"],
  [[], ""],
  [["took … ms"], "took 12.5 ms\n"],
  [["… and …"], " and x\n"],
  [["a.b (c) [d] $"], "a.b (c) [d] $"],
  [["", "a"], "\na\n"],
])("%j matches %j", (expected, stdout) => {
  expect(matchOutput(expected, stdout)).toBeUndefined();
});

test.each([
  [["a", "b"], "a\n", 'line 2 of the output: the document says "b", the program prints nothing more'],
  [["a"], "a\nb\n", 'line 2 of the output: the document says nothing more, the program prints "b"'],
  [["a.b"], "axb\n", 'line 1 of the output: the document says "a.b", the program prints "axb"'],
  [["…"], "a\nb\n", 'line 2 of the output: the document says nothing more, the program prints "b"'],
  [["a"], "", 'line 1 of the output: the document says "a", the program prints ""'],
  [["a"], " a\n", 'line 1 of the output: the document says "a", the program prints " a"'],
])("%j does not match %j", (expected, stdout, difference) => {
  expect(matchOutput(expected, stdout)).toBe(difference);
});
