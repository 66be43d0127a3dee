/** What the demonstrations show: all on memory, in this process. Those of workflows have a file of their own. */
import { EventStreamer } from "@attune/streams";
import { afterEach, describe, expect, it, vi } from "vitest";
import { makeLargeTree, makeTree } from "./make-tree.ts";
import { verdictsOf } from "./run-demo.ts";
import { runHere } from "./run-here.ts";

afterEach(() => void vi.restoreAllMocks());

const on = ["--url", "memory:"];

describe("on memory", { timeout: 90_000 }, () => {
  it("the audit prints plain lines with exact numbers, and ends by itself", async () => {
    const root = await makeTree({ "a.ts": "1\n2\n", "b.ts": "1\n2\n", "c.md": "# see\n" });
    const { exitCode, stdout } = await runHere(["--path", root, ...on]);
    expect(stdout).toMatch(/^Store: memory:, seen by this process only: everything runs in it\n\n/);
    expect(stdout).toMatch(/\d\d:\d\d:\d\d\.\d{3} {2}duplicate-finder +duplicate: a\.ts {2}same as b\.ts\n/);
    expect(stdout).toMatch(/ license-checker +25 % {2}measure \(cheap\), attempt 2\n/);
    expect(stdout).toContain(`Audit of ${root}: completed after `);
    expect(stdout).toContain("  surveyor            3 files in 1 folder\n");
    expect(stdout).toContain("  line-counter        5 lines in 3 text files, 2 languages\n");
    expect(stdout).toContain("  duplicate-finder    1 copy of 1 file, 4 B twice; 2 files hashed\n");
    expect(stdout).toContain("  license-checker     no report (failed, as intended)\n");
    expect(stdout).toMatch(/ {2}\d+ heartbeats of 10 agents, the last ones: 9 completed, 1 failed\n/);
    expect(stdout).toMatch(/ {2}agent_error +1 +1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}audit_report +8 +8 +0 +0\n/);
    expect(stdout).toMatch(/ {2}coordination_signal +19 +19 +0 +0\n/);
    expect(stdout).toMatch(/ {2}audit_finished +1 +1 +0 +0\n/);
    expect(stdout).toMatch(/\nReport: .*report\.md\n$/);
    expect(stdout).not.toContain("Processes, beside");
    expect(stdout).not.toContain("\u001b");
    expect(exitCode).toBe(0);
  });

  it("the audit ends cleanly when it is interrupted", async () => {
    const { exitCode, stdout } = await runHere(["--path", await makeLargeTree(), ...on], "→ all: start");
    expect(stdout).toContain("cancelled after");
    expect(stdout).toMatch(/ auditor +→ all: abort\n/);
    expect(stdout).toMatch(/the auditor heard of \d done, [1-8] cancelled/);
    expect(stdout).toMatch(/\nNo report: the audit was interrupted\.\n$/);
    expect(exitCode).toBe(130);
  });

  it("heartbeats: every beat is followed, a failure, a stall, and a loss told once", async () => {
    const { exitCode, stdout } = await runHere(["heartbeat-streaming", ...on]);
    expect(stdout).toContain("  ok    the 10 beats of steady arrived, in order\n");
    expect(stdout).toContain("  ok    the 5 beats of doomed arrived, in order\n");
    expect(stdout).toMatch(/ {2}watcher +stuck +alive → stalled\n/);
    expect(stdout.match(/ {2}agent_error +doomed +The agent is lost: /g)).toHaveLength(1);
    expect(stdout).toContain("  ok    its loss was told once\n");
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 12, wrong: 0 }, 0]);
  });

  it("signals: each is received by its target, each followed live", async () => {
    const { exitCode, stdout } = await runHere(["signal-streaming", ...on]);
    expect(stdout.match(/ {2}reader +→ hasher +file_found /g)).toHaveLength(8);
    expect(stdout.match(/ {2}hasher +→ archivist +file_hashed /g)).toHaveLength(8);
    expect(stdout).toContain("  ok    all 17 were followed live, each once\n");
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 7, wrong: 0 }, 0]);
  });

  it("a broadcast reaches every agent once, the late one included", async () => {
    const { exitCode, stdout } = await runHere(["broadcast", ...on]);
    expect(stdout).toContain("\ndelivered 6 of 6, twice: 0\n");
    expect(stdout).toMatch(/The latecomer starts\.\n {2}latecomer has it, \d{3,5}\.\d ms after it was sent/);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 4, wrong: 0 }, 0]);
  });

  it("nobody passes a checkpoint before all are there", async () => {
    const { exitCode, stdout } = await runHere(["checkpoint", ...on]);
    expect(stdout).toContain("  ok    it has taken nothing: two signals are still pending\n");
    expect(stdout.match(/ reached checkpoint [12]: /g)).toHaveLength(6);
    expect(stdout.match(/ goes on from checkpoint [12]\n/g)).toHaveLength(6);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 5, wrong: 0 }, 0]);
  });

  it("nothing is deleted but what was approved, and every answer is told whether it counts", async () => {
    const { exitCode, stdout } = await runHere(["approvals", ...on]);
    expect(stdout.match(/^ {2}pending {4}/gm)).toHaveLength(6);
    expect(stdout).toMatch(/^ {2}pending {4}orphaned {8}doomed asks to delete 4 files, [\d.]+ kB$/m);
    expect(stdout).toMatch(
      /^ {2}answer +approved +janitor says yes: it does not count \(self\); now pending$/m,
    );
    expect(stdout).toMatch(/^ {2}voted +refused-by-one +by ann: copies$/m);
    expect(stdout).toMatch(/^ {2}timeout +unanswered +by system: /m);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 12, wrong: 0 }, 0]);
  });

  it("workers share jobs: what one dies with is taken over, what is poisonous is given up, mended and replayed", async () => {
    const { exitCode, stdout } = await runHere(["workers", ...on]);
    expect(stdout.match(/^ {2}(doomed|ann|bob) +[\w./-]+: \d+ lines, \d+ words/gm)).toHaveLength(37);
    expect(stdout).toMatch(/^ {2}(ann|bob) +[\w./-]+: \d+ lines, \d+ words, delivery 2$/m);
    expect(stdout.match(/^ {2}\w+ +DEAD LETTER: given up after 3 deliveries$/gm)).toHaveLength(1);
    expect(stdout).toMatch(
      /^ {2}\d+-\d+ {2}3 deliveries, the last one to \w+: TypeError: The encoded data /m,
    );
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 9, wrong: 0 }, 0]);
  });

  it("workers that lose a dead letter are told of", async () => {
    vi.spyOn(EventStreamer.prototype, "listDeadLetters").mockResolvedValueOnce([]);
    const { exitCode, stdout } = await runHere(["workers", ...on]);
    expect(stdout).toContain("  WRONG there is that one, with its data and its error");
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 8, wrong: 1 }, 1]);
  });

  it("workers end when they are interrupted", async () => {
    const { exitCode, stdout } = await runHere(["workers", ...on], "The doomed is killed");
    expect(stdout).not.toMatch(/ {2}(ok|WRONG) /);
    expect(exitCode).toBe(130);
  });

  it("live consumption goes on after a break in it", async () => {
    const { exitCode, stdout } = await runHere(["live-consumption", ...on]);
    expect(stdout).toContain("  ok    every event arrived exactly once, in order\n");
    expect(stdout).toContain("  ok    silence ended the consumer\n");
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 3, wrong: 0 }, 0]);
  });

  it("streams are managed, every step checked", async () => {
    const { exitCode, stdout } = await runHere(["stream-management", ...on]);
    expect(stdout).toContain("  ok    exactly 5 went\n");
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 13, wrong: 0 }, 0]);
  });
});

describe("it is said what is wrong, with the exit code,", () => {
  it.each([
    [["--path", "/does/not/exist"], 2, /^--path: \/does\/not\/exist does not exist\.$/],
    [["--path", import.meta.filename], 2, /is not a folder/],
    [["--report", `${import.meta.filename}/report.md`], 2, /is in something that is not a folder\.$/],
    [["--url", "carrier-pigeon:"], 2, /^--url: A transport URL must start with/],
    [["--url", `sqlite:${import.meta.filename}`], 2, /^--url: The file .* It was left as it is/],
    [["--url", "redis://127.0.0.1:1"], 1, /^The store at redis:\/\/127\.0\.0\.1:1 cannot be reached\./],
  ])("for %j", async (args, exitCode, message) => {
    await expect(runHere(args)).rejects.toMatchObject({
      name: "DemonstrationError",
      exitCode,
      message: expect.stringMatching(message),
    });
  });
});
