/** Documents that are written for this test, from their text to what is said about them. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkTypes, programsToRun, readPrograms, runProgram, writePrograms } from "../../src/index.ts";

const root = join(import.meta.dirname, "../../../..");
let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "attune-example-")));
});
afterEach(() => rm(folder, { recursive: true }));

/** The failures of a document's programs. */
async function run(...lines: string[]): Promise<(string | undefined)[]> {
  const { programs, problems } = readPrograms({ path: "docs/a.md", text: lines.join("\n") });
  expect(problems).toEqual([]);
  await writePrograms(root, folder, programs);
  const runs = programsToRun(programs).map((company) =>
    Promise.all(company.map((program) => runProgram(folder, program, "memory:"))),
  );
  return (await Promise.all(runs)).flat();
}

test("a program with types that uses the packages runs as printed", async () => {
  const failures = await run(
    "```ts",
    'import { openTransport, type Transport } from "@attune/transport";',
    "await using transport: Transport = await openTransport();",
    "console.log(transport.name, { a: 1 });",
    "```",
    "",
    "```text output",
    "memory { a: 1 }",
    "```",
  );
  expect(failures).toEqual([undefined]);
});

test("another output is a failure that shows all that was printed", async () => {
  const [failure] = await run("```ts", "console.log(2);", "```", "```text output", "1", "```");
  expect(failure).toBe(
    'docs/a.md:1: line 1 of the output: the document says "1", the program prints "2"\n--- it printed\n2\n--- and on stderr\n',
  );
});

test("a program that throws is a failure with the document's line", async () => {
  const [failure] = await run(
    "# A",
    "",
    "```ts file=b.ts",
    "const a: number = 1;",
    'throw new Error("no");',
    "```",
  );
  expect(failure).toMatch(/^docs\/a.md:3 \(b.ts\): exit code 1\n/);
  expect(failure).toContain("files/b.ts:5");
});

test("files of one document can import each other and run at the same time", async () => {
  const meet = (mine: string, theirs: string) => [
    'import { existsSync, writeFileSync } from "node:fs";',
    'import { untilTrue } from "./wait.ts";',
    `writeFileSync("${mine}", "");`,
    `await untilTrue(() => existsSync("${theirs}"));`,
  ];
  const failures = await run(
    "```ts file=wait.ts",
    'import { setTimeout as sleep } from "node:timers/promises";',
    "export async function untilTrue(condition: () => boolean) {",
    "  while (!condition()) await sleep(5);",
    "}",
    "```",
    "```ts file=a.ts together=yes",
    ...meet("a-is-here", "b-is-here"),
    "```",
    "```ts file=b.ts together=yes",
    ...meet("b-is-here", "a-is-here"),
    "```",
  );
  expect(failures).toEqual([undefined, undefined, undefined]);
});

test("a file that is a test is run by Vitest, against the sources", async () => {
  const example = (expected: string) => [
    `\`\`\`ts file=${expected}.test.ts`,
    'import { openTransport } from "@attune/transport";',
    'import { expect, test } from "vitest";',
    'test("mine", async () => {',
    "  await using transport = await openTransport();",
    `  expect(transport.name + import.meta.resolve("@attune/transport")).toMatch(/^${expected}.*src.index.ts$/);`,
    "});",
    "```",
  ];
  const [right, wrong] = await run(...example("memory"), ...example("redis"));
  expect(right).toBeUndefined();
  expect(wrong).toMatch(/^docs\/a.md:9 \(redis.test.ts\): exit code 1\n/);
});

test("what does not compile is known by the document's line; fragments are not looked at", async () => {
  const text = [
    "# A",
    "```ts",
    "const a: string = 1;",
    "```",
    '```ts skip="not today"',
    "nothing();",
    "```",
    '```ts fragment="a part"',
    "if (…) {",
    "```",
  ].join("\n");
  await writePrograms(root, folder, readPrograms({ path: "docs/a.md", text }).programs);
  const problems = await checkTypes(root, folder);
  expect(problems.map(({ file, line, message }) => [file, line, message.slice(0, 6)])).toEqual([
    [join(folder, "docs/a.md/line-2/program.ts"), 3, "TS2322"],
    [join(folder, "docs/a.md/line-5/program.ts"), 6, "TS2304"],
  ]);
});
