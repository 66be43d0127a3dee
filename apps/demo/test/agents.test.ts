import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { duplicateFinder } from "../src/agents/duplicate-finder.ts";
import { fleet } from "../src/agents/fleet.ts";
import { functionMeasurer } from "../src/agents/function-measurer.ts";
import { importMapper } from "../src/agents/import-mapper.ts";
import { licenseChecker } from "../src/agents/license-checker.ts";
import { lineCounter } from "../src/agents/line-counter.ts";
import { markFinder } from "../src/agents/mark-finder.ts";
import { sizeRanker } from "../src/agents/size-ranker.ts";
import { createSurveyor } from "../src/agents/surveyor.ts";
import { testWeigher } from "../src/agents/test-weigher.ts";
import { makeTree } from "./make-tree.ts";
import { runAgent } from "./run-agent.ts";

// Put together here, so that an audit of this repository does not find it as a mark of our own.
const note = (word: string, text: string) => `${"//"} ${word}: ${text}\n`;

describe("surveyor", () => {
  it("counts files and folders, leaves other people's code out and follows no link", async () => {
    const root = await makeTree({
      "a.ts": "",
      "src/deep/er/b.ts": "",
      "node_modules/zod/index.js": "",
      ".attune/attune.db": "",
      "src/dist/out.js": "",
    });
    await mkdir(join(root, "empty"));
    await symlink("..", join(root, "src/loop"));
    await symlink("nowhere", join(root, "dangling"));
    const { report, findings } = await runAgent(createSurveyor(root), root);
    expect(report.headline).toBe("2 files in 5 folders, 3 folders left out, 2 symbolic links not followed");
    expect(report.totals).toEqual({ folders: 5, files: 2, links: 2, special: 0, unreadable: 0, skipped: 3 });
    expect(findings).toEqual(["deepest folder src/deep/er: 3 levels down"]);
  });

  it("tells of a folder that cannot be read", async () => {
    const root = await makeTree({ "a.ts": "" });
    const { report, errors } = await runAgent(createSurveyor(join(root, "gone")), root);
    expect(report.totals).toMatchObject({ folders: 1, files: 0, unreadable: 1 });
    expect(errors).toEqual([". cannot be read (ENOENT)"]);
  });
});

describe("line counter", () => {
  it("counts lines per language, a last one without a line break too", async () => {
    const root = await makeTree({
      "a.ts": "1\n2\n3\n",
      "b.mts": "1\n2",
      "c.py": "1\n",
      "empty.py": "",
      LICENSE: "x\n",
    });
    const { report } = await runAgent(lineCounter, root);
    expect(report.ranking).toEqual([
      { name: "TypeScript", value: 5, unit: "lines" },
      { name: "Other", value: 1, unit: "lines" },
      { name: "Python", value: 1, unit: "lines" },
    ]);
    expect(report.totals).toEqual({
      files: 5,
      lines: 7,
      binary: 0,
      too_large: 0,
      not_utf8: 0,
      "files in TypeScript": 2,
      "files in Python": 2,
      "files in Other": 1,
    });
  });

  it("knows binary files, other encodings and files that are too large, and says so", async () => {
    const root = await makeTree({
      "binary.ts": Buffer.from([65, 0, 66]),
      "latin.txt": Buffer.from("caf\u00e9\n", "latin1"),
      "wide.txt": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a\nb\n", "utf16le")]),
      "huge.json": Buffer.alloc(5_000_001, "x"),
    });
    const { report, findings } = await runAgent(lineCounter, root);
    expect(report.totals).toMatchObject({ files: 2, lines: 3, binary: 1, too_large: 1, not_utf8: 2 });
    expect(findings).toEqual([
      "not UTF-8 latin.txt: read as latin1",
      "not UTF-8 wide.txt: read as utf-16le",
      "not read huge.json: too large for source: 5.0 MB",
    ]);
  });
});

describe("import mapper", () => {
  it("counts for each module how many files import it", async () => {
    const root = await makeTree({
      "src/a.ts": 'import { b } from "./b.ts";\nimport type { Z } from "zod/v4";\nimport "node:fs";\n',
      "src/b.js": 'const z = require("zod");\nexport * from "zod";\nawait import("@x/y/deep");\n',
      "test/a.test.ts": 'import { b } from "../src/b.js";\n// import "commented"\n',
      "tool.py": "import os, sys as system\nfrom os.path import join\n",
    });
    const { report, findings } = await runAgent(importMapper, root);
    expect(report.totals).toEqual({ files: 4, imports: 10, modules: 6 });
    expect(report.ranking).toEqual([
      { name: "src/b", value: 2, unit: "files" },
      { name: "zod", value: 2, unit: "files" },
      { name: "@x/y", value: 1, unit: "files" },
      { name: "node:fs", value: 1, unit: "files" },
      { name: "os", value: 1, unit: "files" },
    ]);
    expect(findings).toEqual([
      "most imported @x/y: by 1 file",
      "most imported src/b: by 2 files",
      "most imported zod: by 2 files",
    ]);
  });
});

describe("mark finder", () => {
  it("finds marks at the beginning of comments, with file and line", async () => {
    const root = await makeTree({
      "a.ts": `let a;\n${note("TODO", "mend it")}let b; ${note("HACK", "works by luck")}`,
      "b.py": `x = 1  ${"#"} FIXME(bob) slow\n`,
      "prose.md": "We have a TODO list.\n",
    });
    const { report, findings } = await runAgent(markFinder, root);
    expect(report.totals).toEqual({ TODO: 1, FIXME: 1, HACK: 1 });
    expect(report.headline).toBe("3 marks in 2 files");
    expect(findings).toEqual([
      "FIXME b.py:1: (bob) slow",
      "HACK a.ts:3: works by luck",
      "TODO a.ts:2: mend it",
    ]);
  });

  it("publishes only the first 200 of a kind, and counts all", async () => {
    const root = await makeTree({ "a.ts": note("TODO", "again").repeat(250) });
    const { report, findings } = await runAgent(markFinder, root);
    expect(report.headline).toBe("250 marks in 1 file, the first 200 of each kind published");
    expect(findings).toHaveLength(100); // what getRecentEvents gives without a count
  });
});

describe("size ranker", () => {
  it("ranks files by size and adds them up", async () => {
    const root = await makeTree({ "small.ts": "123", "big.bin": Buffer.alloc(1500), "empty.ts": "" });
    const { report, findings } = await runAgent(sizeRanker, root);
    expect(report.totals).toEqual({ files: 3, bytes: 1503, largest: 1500 });
    expect(report.headline).toBe("1.5 kB altogether, the largest file 1.5 kB");
    expect(findings).toEqual(["large file big.bin: 1.5 kB", "large file small.ts: 3 B"]);
  });
});

describe("function measurer", () => {
  it("ranks functions by their own lines and tells of those longer than 60", async () => {
    const body = "  work();\n".repeat(70);
    const root = await makeTree({
      "long.ts": `export function long(a: string): void {\n${body}}\n\nconst short = () => {\n};\n`,
      "notes.md": "function not() {\n}\n",
    });
    const { report, findings } = await runAgent(functionMeasurer, root);
    expect(report.totals).toEqual({ functions: 2, lines: 74, long: 1 });
    expect(report.ranking).toEqual([
      { name: "long long.ts:1", value: 72, unit: "lines" },
      { name: "short long.ts:74", value: 2, unit: "lines" },
    ]);
    expect(findings).toEqual(["long function long.ts:1: long: 72 lines"]);
  });
});

describe("duplicate finder", () => {
  it("finds files of the same content, and reads only those of the same size", async () => {
    const root = await makeTree({
      "a.txt": "same",
      "x/b.txt": "same",
      "x/c.txt": "same",
      "other.txt": "else",
      "alone.txt": "of another size",
      "empty1.txt": "",
      "empty2.txt": "",
    });
    const { report, findings } = await runAgent(duplicateFinder, root);
    expect(report.totals).toEqual({ groups: 1, copies: 2, bytes: 8, hashed: 4 });
    expect(findings).toEqual(["duplicate a.txt: same as x/b.txt, x/c.txt"]);
  });
});

describe("test weigher", () => {
  it("weighs lines of tests against lines of source and names parts without tests", async () => {
    const root = await makeTree({
      "packages/a/src/a.ts": "1\n\n2\n3\n4\n",
      "packages/a/test/a.test.ts": "1\n2\n",
      "packages/b/src/b.ts": "1\n",
      "readme.md": "x\n",
    });
    const { report, findings } = await runAgent(testWeigher, root);
    expect(report.totals).toEqual({
      source_files: 2,
      source_lines: 5,
      test_files: 1,
      test_lines: 2,
      untested: 1,
    });
    expect(report.headline).toBe("2 lines of tests for 5 lines of source (0.40 to 1)");
    expect(findings).toEqual(["no tests packages/b: 1 line of source"]);
  });
});

describe("licence checker", () => {
  it("fails for want of its list of allowed licences, once it has read the licences there are", async () => {
    const root = await makeTree({ LICENSE: "MIT License\n" });
    await expect(runAgent(licenseChecker, root)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

const measuring = fleet.filter(({ meantToFail }) => !meantToFail);

describe("every agent of the fleet", () => {
  it("works on an empty tree", async () => {
    const root = await makeTree({});
    for (const agent of measuring) {
      const { findings, errors } = await runAgent(agent, root);
      expect([agent.id, ...findings, ...errors]).toEqual([agent.id]);
    }
  });

  it("tells of a file that cannot be read, and goes on with the others", async () => {
    const root = await makeTree({ "there.ts": "1\n" });
    for (const agent of measuring) {
      const { report, errors, progress } = await runAgent(agent, root, ["gone.ts"]);
      expect([agent.id, ...errors]).toEqual([agent.id, "gone.ts cannot be read (ENOENT)"]);
      expect(report.headline).not.toBe("");
      expect(progress).toBeGreaterThanOrEqual(0.5);
    }
  });
});
