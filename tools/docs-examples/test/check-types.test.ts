/** What the compiler says, told apart by file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkTypes, parseProblems } from "../src/check-types.ts";

const root = join(import.meta.dirname, "../../..");

test("problems have their place and all their lines", () => {
  const output = "a/b.ts(3,7): error TS2322: No.\n  Because.\n    So.\nerror TS5023: Unknown option.\n";
  expect(parseProblems(output, "/x")).toEqual([
    { file: "/x/a/b.ts", line: 3, message: "TS2322: No.\n  Because.\n    So." },
    { file: undefined, line: 0, message: "TS5023: Unknown option." },
  ]);
});

test("the compiler finds what is wrong in a folder, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "attune-types-"));
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { strict: true, types: [] } }),
  );
  await writeFile(join(folder, "good.ts"), "export const a: number = 1;");
  expect(await checkTypes(root, folder)).toEqual([]);
  await writeFile(join(folder, "bad.ts"), "\nexport const a: number = '1';");
  expect(await checkTypes(root, folder)).toEqual([
    { file: join(folder, "bad.ts"), line: 2, message: expect.stringContaining("TS2322") },
  ]);
  await rm(folder, { recursive: true });
});
