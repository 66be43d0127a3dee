/** The feedback demonstration: what it learns follows from what is measured. On memory, once with a process of its own. */
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { exportFinders } from "../src/exports/export-finders.ts";
import { agreement, realExports } from "../src/exports/export-judge.ts";
import { filesOf, mixNames } from "../src/exports/source-mixes.ts";
import { isAlive, partPids, runDemo, verdictsOf } from "./run-demo.ts";
import { runHere } from "./run-here.ts";

afterEach(() => void vi.restoreAllMocks());

const steps = 26;
const onMemory = ["feedback", "--url", "memory:"];

describe("the feedback demonstration", { timeout: 90_000 }, () => {
  it("learns a tier for each kind of files", async () => {
    const { exitCode, stdout } = await runHere(onMemory);
    expect(stdout).toMatch(
      /^ +\d+ {2}cheap +\d\.\d\d {2}[\w.-]+ +tried: .* of cheap there are 0 of the 10 /m,
    );
    expect(stdout.match(/ CHANGED: the average quality of cheap is [\d.]+, below 0\.7 /g)).toHaveLength(2);
    expect(stdout.match(/ CHANGED: the average quality of capable is [\d.]+, below 0\.7 /g)).toHaveLength(1);
    expect(stdout.match(/^ {2}\w+ +\w+ .* yes$/gm)?.map((row) => row.trim().split(/ +/, 2))).toEqual([
      ["plain", "cheap"],
      ["indexes", "capable"],
      ["tricky", "premium"],
    ]);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: steps, wrong: 0 }, 0]);
  });

  it("does not settle on a cheap tier that finds nothing", async () => {
    vi.spyOn(exportFinders, "cheap").mockReturnValue([]);
    const { exitCode, stdout } = await runHere(onMemory);
    expect(stdout).toMatch(/^ {2}plain +capable .* yes$/m);
    expect(stdout).toMatch(/^ {2}WRONG it has settled on cheap: .*"capable"\]$/m);
    expect(stdout).toContain("  ok    every recommendation follows from what had been measured until then");
    expect(exitCode).toBe(1);
  });

  it("stays at a cheap tier that is as good as the dearest", async () => {
    vi.spyOn(exportFinders, "cheap").mockImplementation(exportFinders.premium);
    const { exitCode, stdout } = await runHere(onMemory);
    expect(stdout).toMatch(/^ {2}tricky +cheap .* yes$/m);
    expect(stdout).not.toContain("CHANGED: the average quality of cheap");
    expect(stdout).toMatch(/^ {2}WRONG it has settled on premium: /m);
    expect(exitCode).toBe(1);
  });

  it("ends when it is interrupted", async () => {
    const { exitCode, stdout } = await runHere(onMemory, "   9  capable");
    expect(stdout).not.toContain("  10  capable");
    expect(stdout).not.toMatch(/ {2}(ok|WRONG) /);
    expect(exitCode).toBe(130);
  });

  it("is seen by another process as it is", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["feedback"]);
    expect([stderr, exitCode, stdout]).toEqual(["", 0, stdout]);
    expect(verdictsOf(stdout)).toEqual({ ok: steps, wrong: 0 });
    const pids = partPids(stdout);
    expect(stdout).toContain(`\nWhat process ${pids[0]} sees of all three:\n`);
    expect([pids.length, pids.filter(isAlive)]).toEqual([1, []]);
  });
});

describe("the judge", () => {
  it.each([
    [["a", "b"], ["b", "a"], 1],
    [["a", "b", "c"], ["a"], 0.5],
    [["a"], ["a", "b", "c"], 0.5],
    [["a"], ["b"], 0],
    [[], ["a"], 0],
    [["a"], [], 0],
    [[], [], 1],
  ])("gives %j of %j %d", (found, real, score) => {
    expect(agreement(found, real)).toBe(score);
  });

  it("knows what a module really exports, types and texts left out", async () => {
    const sample = join(import.meta.dirname, "../src/exports/samples/lesson.ts");
    expect(await realExports(sample)).toEqual(["lesson"]);
  });

  it.each(mixNames)("has something to compare with for every file that is %s", async (mix) => {
    const files = await filesOf(mix);
    expect(files.length).toBeGreaterThan(6);
    for (const file of files) expect([file, await realExports(file)]).not.toEqual([file, []]);
  });
});

describe("exports are found", () => {
  it.each([
    ["export const a = 1;", ["a"], ["a"], ["a"]],
    ["export async function a() {}", ["a"], ["a"], ["a"]],
    ["export function* a() {}", [], ["a"], ["a"]],
    ["export abstract class A {}", [], ["A"], ["A"]],
    ["export { a, type B, c as d };", [], ["a", "d"], ["a", "d"]],
    ['export * as a from "./a.ts";', [], ["a"], ["a"]],
    ["export default a;", [], ["default"], ["default"]],
    ["export const { a, b: c, d = 1, ...e } = f;", [], ["a", "c", "d", "e"], ["a", "c", "d", "e"]],
    ["export type A = 1;\nexport interface B {}\nexport type { C };", [], [], []],
    ["// export const a = 1;", [], ["a"], []],
    ["/*\nexport const a = 1;\n*/", ["a"], ["a"], []],
    ["const b = `\nexport const a = 1;\n`;", ["a"], ["a"], []],
    ['const b = "export { a }";', [], ["a"], []],
    ["const b = /export class A/;", [], ["A"], []],
  ])("in %j", (source, cheap, capable, premium) => {
    const found = Object.values(exportFinders).map((find) => find(source));
    expect(found).toEqual([cheap, capable, premium]);
  });
});
