import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demonstrations } from "../src/demonstrations/all.ts";
import { makeLargeTree, makeTree } from "./make-tree.ts";
import { emptyFolder, isAlive, partPids, runDemo, startDemo, verdictsOf } from "./run-demo.ts";

const repository = join(import.meta.dirname, "../../..");

/** The store, and in how many processes beside its own a demonstration has its parts. */
const stores = [
  { store: "the embedded default", on: [], apart: true },
  { store: "memory", on: ["--url", "memory:"], apart: false },
] as const;

describe.each(stores)("npm run demo on $store", { timeout: 40_000 }, ({ on, apart }) => {
  const partsOf = (stdout: string, count: number) => {
    const pids = partPids(stdout);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(pids).toHaveLength(apart ? count : 0);
  };

  it("says first where it happens, and how another terminal sees it", async () => {
    const folder = emptyFolder();
    const { stdout } = await runDemo(["stream-management", ...on], { cwd: folder });
    const [store, watching, empty] = stdout.split("\n");
    if (apart) {
      const location = `sqlite:${folder}/.attune/attune.db`;
      expect(store).toMatch(
        /^Store: sqlite:.* \(SQLite [\d.]+, [\d.]+ \wB\), shared by the processes of this machine$/,
      );
      expect(store).toContain(location);
      expect(watching).toBe(`From another terminal: npm run demo -- follow --url ${location}`);
      expect(empty).toBe("");
    } else {
      expect(store).toBe("Store: memory:, seen by this process only: everything runs in it");
      expect(watching).toBe("");
    }
  });

  it("audits this repository when nothing is said, and ends by itself", async () => {
    const { exitCode, stdout, stderr } = await runDemo([...on]);
    expect(stderr).toBe("");
    expect(stdout).toContain(`Audit of ${repository}: completed after `);
    expect(stdout).toMatch(/ {2}line-counter +[\d,]+ lines in \d+ text files, \d+ languages\n/);
    expect(stdout).toMatch(/ {2}audit_finished +1 +1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}agent_heartbeat +(\d+) +\1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}coordination_signal +10 +10 +0 +0\n/);
    expect(stdout).toMatch(/ {2}\d+ heartbeats of 8 agents, the last ones: 8 completed\n/);
    expect(stdout).toContain("  the orchestrator heard of 8 done\n");
    expect(stdout).toContain("\nEvery event that was published has arrived.\n");
    expect(stdout).toContain("\nThe orchestrator has heard from every agent how it ended.\n");
    expect(exitCode).toBe(0);
    partsOf(stdout, 2);
    expect(stdout.includes("Processes, beside the auditor's")).toBe(apart);
  });

  it("audits another tree, in plain lines with exact numbers", async () => {
    const root = await makeTree({ "a.ts": "1\n2\n", "b.ts": "1\n2\n", "c.md": "# see\n" });
    const { exitCode, stdout } = await runDemo(["--path", root, ...on]);
    expect(stdout).toMatch(
      /\d\d:\d\d:\d\d\.\d{3} {2}duplicate-finder(\[\d+\])? +duplicate: a\.ts {2}same as b\.ts\n/,
    );
    expect(stdout).toContain("  surveyor            3 files in 1 folder\n");
    expect(stdout).toContain("  line-counter        5 lines in 3 text files, 2 languages\n");
    expect(stdout).toContain("  duplicate-finder    1 copy of 1 file, 4 B twice; 2 files hashed\n");
    expect(stdout).toMatch(/ {2}audit_report +8 +8 +0 +0\n/);
    expect(stdout).not.toContain("\u001b");
    expect(exitCode).toBe(0);
  });

  it("ends cleanly when it is interrupted", async () => {
    const demo = startDemo(["--path", await makeLargeTree(), ...on]);
    await demo.printed("signals all: start");
    demo.interrupt();
    const { exitCode, stdout, stderr } = await demo.result;
    expect(stdout).toContain("cancelled after");
    expect(stdout).toMatch(/ auditor +signals all: abort\n/);
    expect(stdout).toMatch(/the orchestrator heard of \d done, [1-7] cancelled\n/);
    expect(stderr).toBe("");
    expect(exitCode).toBe(130);
  });

  it("shows heartbeats: every beat followed, a failure, a stall, and a loss told once", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["heartbeat-streaming", ...on]);
    expect(stderr).toBe("");
    expect(stdout).toContain("  ok    the 10 beats of steady arrived, in order\n");
    expect(stdout).toContain("  ok    the 5 beats of doomed arrived, in order\n");
    expect(stdout).toMatch(/ {2}watcher +stuck +alive → stalled\n/);
    expect(stdout.match(/ {2}agent_error +doomed +The agent is lost: /g)).toHaveLength(1);
    expect(stdout).toContain("  ok    its loss was told once\n");
    expect(verdictsOf(stdout)).toEqual({ ok: 12, wrong: 0 });
    expect(exitCode).toBe(0);
    partsOf(stdout, 3);
  });

  it("shows signals: each received by its target, each followed live", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["signal-streaming", ...on]);
    expect(stderr).toBe("");
    expect(stdout.match(/ {2}reader +→ hasher +file_found /g)).toHaveLength(8);
    expect(stdout.match(/ {2}hasher +→ archivist +file_hashed /g)).toHaveLength(8);
    expect(stdout).toContain("  ok    all 17 were followed live, each once\n");
    expect(verdictsOf(stdout)).toEqual({ ok: 7, wrong: 0 });
    expect(exitCode).toBe(0);
    partsOf(stdout, 3);
  });

  it("shows a broadcast that reaches every agent once, the late one included", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["broadcast", ...on]);
    expect(stderr).toBe("");
    expect(stdout).toContain("\ndelivered 6 of 6, twice: 0\n");
    expect(stdout).toMatch(
      /The latecomer starts\.\n(\[\d+\] )? {2}latecomer has it, \d{3,4}\.\d ms after it was sent/,
    );
    expect(verdictsOf(stdout)).toEqual({ ok: 4, wrong: 0 });
    expect(exitCode).toBe(0);
    partsOf(stdout, 4);
  });

  it("shows a checkpoint that nobody passes before all are there", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["checkpoint", ...on]);
    expect(stderr).toBe("");
    expect(stdout).toContain("  ok    it has taken nothing: two signals are still pending\n");
    expect(stdout.match(/ reached checkpoint [12]: /g)).toHaveLength(6);
    expect(stdout.match(/ goes on from checkpoint [12]\n/g)).toHaveLength(6);
    expect(verdictsOf(stdout)).toEqual({ ok: 5, wrong: 0 });
    expect(exitCode).toBe(0);
    partsOf(stdout, 3);
  });

  it("shows live consumption with a break in it", async () => {
    const { exitCode, stdout, stderr } = await runDemo(["live-consumption", ...on]);
    expect(stderr).toBe("");
    expect(stdout).toContain("  ok    every event arrived exactly once, in order\n");
    expect(stdout).toContain("  ok    silence ended the consumer\n");
    expect(verdictsOf(stdout)).toEqual({ ok: 3, wrong: 0 });
    expect(exitCode).toBe(0);
    partsOf(stdout, 2);
  });

  it("shows stream management, every step checked", async () => {
    const { exitCode, stdout } = await runDemo(["stream-management", ...on]);
    expect(stdout).toContain("  ok    exactly 5 went\n");
    expect(verdictsOf(stdout)).toEqual({ ok: 13, wrong: 0 });
    expect(exitCode).toBe(0);
    partsOf(stdout, 1);
  });
});

describe("npm run demo", { timeout: 30_000 }, () => {
  it("lists everything with --help", async () => {
    const { exitCode, stdout } = await runDemo(["--help"]);
    for (const { name } of demonstrations) expect(stdout).toContain(name);
    for (const option of ["--url", "--path", "--from", "--count"]) expect(stdout).toContain(option);
    expect(stdout).toContain("sqlite:.attune/attune.db");
    expect(exitCode).toBe(0);
  });

  it.each([
    [["--path", "/does/not/exist"], /^--path: \/does\/not\/exist does not exist\.\n$/],
    [["--path", import.meta.filename], /is not a folder/],
    [["--url", "carrier-pigeon:"], /^--url: A transport URL must start with/],
    [["--url", `sqlite:${import.meta.filename}`], /^--url: The file .* It was left as it is/],
    [["folow"], /Did you mean follow\?/],
    [["follow", "--url", "memory:"], /seen by this process only.*follow --url sqlite:\.attune\/attune\.db/s],
  ])("%j: says what is wrong, without a stack trace, and ends with 2", async (args, message) => {
    const { exitCode, stdout, stderr } = await runDemo(args);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("    at ");
    expect(exitCode).toBe(2);
  });

  it("says that a store cannot be reached, and ends with 1", async () => {
    const { exitCode, stderr } = await runDemo(["--url", "redis://127.0.0.1:1"]);
    expect(stderr).toContain("The store at redis://127.0.0.1:1 cannot be reached.");
    expect(exitCode).toBe(1);
  });
});
