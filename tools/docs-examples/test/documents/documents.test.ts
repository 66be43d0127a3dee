/** The documents of this repository: their examples run as printed, and their links and scripts are there. */
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisCommand } from "@attune-tools/redis-server";
import type {} from "@attune-tools/redis-server/vitest-global-setup";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  checkLinks,
  checkNpmScripts,
  checkTypes,
  findDocuments,
  needsRedis,
  type Program,
  placeOf,
  programPath,
  programsToRun,
  readPrograms,
  runProgram,
  type TypeProblem,
  writePrograms,
} from "../../src/index.ts";

const root = join(import.meta.dirname, "../../../..");
const documents = await findDocuments(root);
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { scripts: object };
const read = documents.map((document) => ({ document, ...readPrograms(document) }));
const programs = read.flatMap((each) => each.programs);
const leftOut = programs.filter(({ skip, fragment }) => skip !== undefined || fragment !== undefined);

const redisUrl = inject("redisUrl");
/** A database of their own: examples use the default names, and some read all there is from the beginning. */
const examplesUrl = redisUrl && new URL("/15", redisUrl).href;

let folder: string;
let typeProblems: TypeProblem[];
beforeAll(async () => {
  // its real path, because that is how the compiler names files
  folder = await realpath(await mkdtemp(join(tmpdir(), "attune-examples-")));
  await writePrograms(root, folder, programs);
  typeProblems = await checkTypes(root, folder);
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(read)("$document.path", ({ document, programs, problems }) => {
  test("says in a way that can be understood what is to be run", () => {
    expect(problems).toEqual([]);
  });

  test("links to what is there", async () => {
    expect(await checkLinks(root, document)).toEqual([]);
  });

  test("names npm scripts that are there", () => {
    expect(checkNpmScripts(document, Object.keys(scripts))).toEqual([]);
  });

  for (const program of programs.filter(({ fragment }) => fragment === undefined)) {
    test(`${placeOf(program)} compiles`, () => {
      const file = join(folder, programPath(program));
      const own = typeProblems.filter((problem) => problem.file === file);
      expect(own.map(({ line, message }) => `${document.path}:${line}: ${message}`)).toEqual([]);
    });
  }

  for (const run of programsToRun(programs)) {
    test.skipIf(!redisUrl && needsRedis(run))(
      `${run.map(placeOf).join(" with ")} runs as printed`,
      async () => {
        if (examplesUrl) await redisCommand(examplesUrl, ["FLUSHDB"]);
        expect((await runTogether(run)).filter((failure) => failure !== undefined)).toEqual([]);
      },
    );
  }
});

test("the packages that the examples import compile with them", () => {
  const ours = programs.map((program) => join(folder, programPath(program)));
  const others = typeProblems.filter(({ file }) => file === undefined || !ours.includes(file));
  expect(others.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([]);
});

describe(`${leftOut.length} of ${programs.length} programs are not run`, () => {
  for (const program of leftOut) {
    test.skip(`${placeOf(program)}: ${program.skip ?? `fragment: ${program.fragment}`}`, () => {});
  }

  test("and each says why", () => {
    expect(leftOut.filter((program) => !(program.skip ?? program.fragment)?.trim()).map(placeOf)).toEqual([]);
  });
});

async function runTogether(run: readonly Program[]): Promise<string[]> {
  const failures = await Promise.all(
    run.map((program) => runProgram(folder, program, examplesUrl || "memory:")),
  );
  return failures.filter((failure) => failure !== undefined);
}
