/** From a document to its programs. */
import { expect, test } from "vitest";
import { readPrograms } from "../../src/documents/read-programs.ts";

const read = (...lines: string[]) => readPrograms({ path: "a.md", text: lines.join("\n") });

test("a program's lines have the numbers that they have in the document", () => {
  const { programs, problems } = read("# A", "", "```ts", "one();", "two();", "```");
  expect(problems).toEqual([]);
  expect(programs).toHaveLength(1);
  expect(programs[0]).toMatchObject({ document: "a.md", line: 3, source: "\n\n\none();\ntwo();\n" });
});

test("blocks with the same file are one program, whose lines keep their numbers and whose outputs follow each other", () => {
  const { programs, problems } = read(
    "```ts file=a.ts",
    "one();",
    "```",
    "```text output",
    "1",
    "```",
    "```ts file=b.ts",
    "```",
    "```ts file=a.ts",
    "two();",
    "```",
    "",
    "```console output",
    "2",
    "```",
  );
  expect(problems).toEqual([]);
  expect(programs.map(({ file, source, output }) => ({ file, source, output }))).toEqual([
    { file: "a.ts", source: `\none();\n${"\n".repeat(7)}two();\n`, output: ["1", "2"] },
    { file: "b.ts", source: "\n".repeat(7), output: undefined },
  ]);
});

test("an output belongs only to the block directly before it", () => {
  const { programs, problems } = read("```ts", "```", "It prints:", "```text output", "1", "```");
  expect(programs[0]?.output).toBeUndefined();
  expect(problems).toEqual(["a.md:4: this output follows no ts block directly"]);
});

test("other blocks are left alone", () => {
  const text = [
    "```sh",
    "npm ci",
    "```",
    "```",
    "plain",
    "```",
    "```text",
    "x",
    "```",
    "```json",
    "{}",
    "```",
  ];
  expect(read(...text)).toEqual({ programs: [], problems: [] });
});

test.each([
  ["an empty reason to skip", ['```ts skip=""', "```"], "a.md:1: skip needs a reason"],
  ["a reason of blanks", ['```ts fragment=" "', "```"], "a.md:1: fragment needs a reason"],
  ["skip alone", ["```ts skip", "```"], "a.md:1: skip needs a reason"],
  [
    "an unknown word",
    ["```ts fil=a.ts", "```"],
    "a.md:1: fil is no word of a ts block; there are file, together, skip, fragment",
  ],
  ["what is no word", ["```ts {1}", "```"], "a.md:1: cannot be understood: {1}"],
  [
    "a path as file",
    ["```ts file=../a.ts", "```"],
    "a.md:1: file=../a.ts is no plain file name that ends with .ts",
  ],
  ["company of one", ["```ts together=yes", "```"], "a.md:1: together=yes stands at one program only"],
  [
    "another name of the language",
    ["```typescript", "```"],
    "a.md:1: nobody runs a block of typescript: write it as ts",
  ],
  [
    "an output of another language",
    ["```ts", "```", "```json output", "```"],
    "a.md:3: output is text or console",
  ],
  ["a block that is never closed", ["x", "```ts"], "a.md:2: this block is never closed"],
  ["a block in a quotation", ["> ```ts"], "a.md:1: a block inside a quotation is not seen, move it out"],
])("%s is a problem", (_, lines, problem) => {
  expect(read(...lines).problems).toEqual([problem]);
});
