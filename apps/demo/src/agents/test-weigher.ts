/** The test weigher: lines of tests against lines of source, and folders of source that have no test. */
import { isProgram } from "../tree/languages.ts";
import type { Agent } from "./agent.ts";
import { eachText } from "./each-file.ts";
import { addTo, topOf } from "./ranking.ts";
import { counted } from "./wording.ts";

export const testWeigher: Agent = {
  id: "test-weigher",
  task: "weighs tests against source",
  async run(context) {
    const source = new Map<string, number>();
    const tests = new Map<string, number>();
    const totals = { source_files: 0, source_lines: 0, test_files: 0, test_lines: 0 };
    const files = context.files.filter(({ path }) => isProgram(path));
    await eachText(context, files, ({ path }, text) => {
      const lines = text.split("\n").filter((line) => line.trim() !== "").length;
      const isTest = isTestFile(path);
      totals[isTest ? "test_files" : "source_files"] += 1;
      totals[isTest ? "test_lines" : "source_lines"] += lines;
      addTo(isTest ? tests : source, partOf(path), lines);
    });
    const untested = topOf(source, "lines", source.size).filter(({ name }) => !tests.has(name));
    for (const { name, value } of untested) {
      await context.publisher.finding("no tests", name, `${counted(value, "line")} of source`);
    }
    const { source_lines, test_lines } = totals;
    const ratio = source_lines === 0 ? "" : ` (${(test_lines / source_lines).toFixed(2)} to 1)`;
    return {
      headline: `${counted(test_lines, "line")} of tests for ${counted(source_lines, "line")} of source${ratio}`,
      totals: { ...totals, untested: untested.length },
      ranking: topOf(tests, "lines"),
    };
  },
};

/** By the customs of the common languages: `test/`, `__tests__/`, `x.test.ts`, `x_test.go`, `test_x.py`. */
function isTestFile(path: string): boolean {
  return (
    /(?:^|\/)(?:tests?|__tests__|spec)\//.test(path) ||
    /(?:[._-](?:test|spec)\.\w+|(?:^|\/)test_[^/]*\.py)$/.test(path)
  );
}

/** The part of the tree that a file belongs to: the folder that holds `src`, `test` and the like; else its own folder. */
function partOf(path: string): string {
  const folders = path.split("/").slice(0, -1);
  const inner = folders.findIndex((name) => /^(?:src|lib|tests?|__tests__|spec)$/.test(name));
  return (inner < 0 ? folders : folders.slice(0, inner)).join("/") || ".";
}
