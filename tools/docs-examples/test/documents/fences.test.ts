/** Fences as CommonMark has them. */
import { expect, test } from "vitest";
import { findFences, proseOf } from "../../src/documents/fences.ts";

test("a fence is found with its info, its lines and its place", () => {
  expect(findFences("# A\n\n```ts file=a.ts\none\n\n  two\n```\nend")).toEqual([
    { info: "ts file=a.ts", line: 3, endLine: 7, content: ["one", "", "  two"], closed: true },
  ]);
});

test("a fence inside a longer one, or one of tildes, is its content", () => {
  const fences = findFences("````md\n```ts\nx\n```\n````\n~~~text\n```\n~~~");
  expect(fences.map(({ info, content }) => ({ info, content }))).toEqual([
    { info: "md", content: ["```ts", "x", "```"] },
    { info: "text", content: ["```"] },
  ]);
});

test("a fence in a list loses the indentation of its opening, no more", () => {
  expect(findFences("1. do\n\n   ```ts\n   if (x)\n     y();\n  z\n   ```")[0]?.content).toEqual([
    "if (x)",
    "  y();",
    "z",
  ]);
});

test("inline code that begins a line is no fence", () => {
  expect(findFences("```x``` is code\n")).toEqual([]);
});

test("a line with more words does not close a fence", () => {
  expect(findFences("```\na\n``` b\n```")[0]?.content).toEqual(["a", "``` b"]);
});

test("a fence that is never closed says so", () => {
  expect(findFences("a\n```ts\nx")).toEqual([
    { info: "ts", line: 2, endLine: 4, content: ["x"], closed: false },
  ]);
});

test("lines that end with CR LF are lines", () => {
  expect(findFences("```ts\r\nx\r\n```\r\n")[0]).toMatchObject({ info: "ts", content: ["x"], closed: true });
});

test("prose keeps its line numbers when fences are taken out", () => {
  const text = "a\n```\nb\n```\nc";
  expect(proseOf(text, findFences(text))).toBe("a\n\n\n\nc");
});
