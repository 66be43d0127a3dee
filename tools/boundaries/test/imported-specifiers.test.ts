/** What counts as an import and what only looks like one. */
import { expect, test } from "vitest";
import { importedSpecifiers } from "../src/index.ts";

test("every form of import is found, once", () => {
  const source = `
import a from "a";
import { b,
  type B } from 'b';
import type { C } from "c";
import * as d from "d"; import "e";
export * from "f"; export { g } from "g";
export type { H } from "h";
const i = await import("i");
let j: import("j").J;
const k = import.meta.resolve("k"), l = require("l");
import again from "a";
import data from "m" with { type: "json" };
`;
  expect(importedSpecifiers(source)).toEqual([..."abcdefghijklm"]);
});

test("comments, template strings and prose are not imports", () => {
  const source = `
/** import { x } from "doc"; */
// import "line";
const generated = \`
import { y } from "template";
\${await import("inside")} import "\${f({ a: { b: 1 } })}";
export * from "after";
\`;
const url = "http://x//y"; /* " */ import "real";
const text = "import { z } from 'string'";
export const from = "not-from";
export function f() { return "x"; }
const re = /["'\`/*]/g; const half = a / b; const re2 = x.replace(/[/"]/, "'");
import "end";
`;
  expect(importedSpecifiers(source)).toEqual(["end", "inside", "real"]);
});
