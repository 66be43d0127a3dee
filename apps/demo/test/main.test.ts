/** `npm run demo` as a program, on the embedded default. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demonstrations } from "../src/demonstrations/all.ts";
import { makeTree } from "./make-tree.ts";
import { emptyFolder, isAlive, partPids, runDemo } from "./run-demo.ts";

describe("npm run demo", { timeout: 90_000 }, () => {
  it("audits a tree in two processes when nothing else is said, and writes a report", async () => {
    const folder = emptyFolder();
    const root = await makeTree({ "a.ts": "1\n2\n", LICENSE: "MIT License\n" });
    const { exitCode, stdout, stderr } = await runDemo(["--path", root], { cwd: folder });
    expect(stderr).toBe("");
    const [store, events, top, empty] = stdout.split("\n");
    const location = `sqlite:${folder}/.attune/attune.db`;
    expect(store).toMatch(
      /^Store: sqlite:.* \(SQLite [\d.]+, [\d.]+ \wB\), shared by the processes of this machine$/,
    );
    expect(store).toContain(location);
    expect([events, top, empty]).toEqual([
      `From another terminal: npm run --silent attune -- events --follow --url ${location}`,
      `                   or: npm run --silent attune -- top --url ${location}`,
      "",
    ]);
    expect(stdout).toContain(`Audit of ${root}: completed after `);
    expect(stdout).toContain("\nProcesses, beside the auditor's\n");
    expect(stdout).toMatch(/ {2}workflow_progress +(\d+) +\1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}agent_heartbeat +(\d+) +\1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}coordination_signal +19 +19 +0 +0\n/);
    expect(stdout).toMatch(/ {2}approval_audit +2 +2 +0 +0\n/);
    expect(stdout).toMatch(
      /\nApproval\n {2}asked +by auditor, to write .*\n {2}approved +by reviewer, .*\n {2}why +every agent .*working directory\n/,
    );
    expect(stdout).toContain("  the auditor heard of 8 done, 1 failed, as intended\n");
    const report = join(folder, ".attune/audit.md");
    expect(stdout.split("\n").slice(-5)).toEqual([
      "Every event that was published has arrived.",
      "The auditor has heard from every agent how it ended.",
      "The license-checker has failed, as intended; the others went on without it.",
      `Report: ${report}`,
      "",
    ]);
    expect(readFileSync(report, "utf8")).toMatch(/^# Audit of .*\n\n.* 8 of 9 agents have reported\.\n/);
    expect(exitCode).toBe(0);
    const pids = partPids(stdout);
    expect(pids).toHaveLength(2);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it("audits this repository on memory, in one process", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["--url", "memory:"]);
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(stdout).toMatch(/ {2}line-counter +[\d,]+ lines in [\d,]+ text files, \d+ languages\n/);
    expect(partPids(stdout)).toEqual([]);
  });

  it("lists everything with --help", async () => {
    const { exitCode, stdout } = await runDemo(["--help"]);
    for (const { name } of demonstrations) expect(stdout).toContain(name);
    for (const text of ["--url", "--path", "--report", "--yes", "events --follow", "-- top"]) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toContain("sqlite:.attune/attune.db");
    expect(exitCode).toBe(0);
  });

  it("says what is wrong, without a stack trace, and starts nothing", async () => {
    const cwd = emptyFolder();
    const { exitCode, stdout, stderr } = await runDemo(["--report", "gone/report.md"], { cwd });
    expect(stdout).toBe("");
    expect(stderr).toBe(`--report: ${cwd}/gone/report.md is in a folder that does not exist.\n`);
    expect(exitCode).toBe(2);
    expect(existsSync(join(cwd, ".attune"))).toBe(false);
  });
});
