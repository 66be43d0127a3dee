import { describe, expect, it } from "vitest";
import { javaScriptModule } from "../src/agents/import-mapper.ts";
import { javaScriptImports } from "../src/lexical/javascript-imports.ts";
import { pythonImports } from "../src/lexical/python-imports.ts";

describe("javaScriptImports", () => {
  it.each([
    ['import a from "m";', ["m"]],
    ["import {\n  a,\n  b as c,\n} from 'm';", ["m"]],
    ['import type { A } from "m";', ["m"]],
    ['import "m";', ["m"]],
    ['export * from "m"; export { a } from "n";', ["m", "n"]],
    ['const a = await import(\n  "m"\n);', ["m"]],
    ['import a = require("m");', ["m"]],
    ['import a from "m" with { type: "json" };', ["m"]],
    ['// import a from "m"', []],
    [`const text = 'import a from "m"';`, []],
    ['const text = `import a from "m"`;', []],
    ['array.from("m"); module.import("m"); reimport("m");', []],
    ['import("m" + name);', ["m"]],
    ["import(name);", []],
  ])("reads %j", (source, expected) => {
    expect(javaScriptImports(source)).toEqual(expected);
  });
});

describe("javaScriptModule", () => {
  it.each([
    ["src/a.ts", "./b.js", "src/b"],
    ["src/deep/a.ts", "../b", "src/b"],
    ["a.ts", "..", ".."],
    ["a.ts", "zod/v4/core", "zod"],
    ["a.ts", "@attune/streams/deep", "@attune/streams"],
    ["a.ts", "node:fs/promises", "node:fs/promises"],
  ])("in %j, %j is %j", (importer, name, expected) => {
    expect(javaScriptModule(importer, name)).toBe(expected);
  });
});

describe("pythonImports", () => {
  it.each([
    ["import os", ["os"]],
    ["import os, sys as s  # both", ["os", "sys"]],
    ["from . import a\nfrom ..b.c import d", [".", "..b.c"]],
    ["    from typing import (\n        Any,\n    )", ["typing"]],
    ["important = 1\n# import os", []],
  ])("reads %j", (source, expected) => {
    expect(pythonImports(source)).toEqual(expected);
  });
});
