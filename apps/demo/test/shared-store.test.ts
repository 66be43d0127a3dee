/** The embedded default as one store for everybody: other terminals, other runs, earlier ones. */
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { makeLargeTree, makeTree } from "./make-tree.ts";
import { emptyFolder, partPids, runDemo, startDemo, verdictsOf } from "./run-demo.ts";

/** How many of its steps each says came out as expected. */
const checked = [
  ["heartbeat-streaming", 12],
  ["signal-streaming", 7],
  ["broadcast", 4],
  ["checkpoint", 5],
  ["live-consumption", 3],
  ["stream-management", 13],
] as const;

describe("the embedded default", { timeout: 60_000 }, () => {
  it("shows another terminal every event, as it happens and later", async () => {
    const cwd = emptyFolder();
    const root = await makeTree({ "a.ts": "1\n", "b.ts": "2\n" });
    const follower = startDemo(["follow"], { cwd });
    await follower.printed("Ctrl-C ends");
    const { exitCode, stdout } = await runDemo(["audit", "--path", root], { cwd });
    expect(exitCode).toBe(0);
    await follower.printed("audit_finished");
    follower.interrupt();
    const followed = await follower.result;
    expect(followed.exitCode).toBe(0);
    const counts = [...stdout.matchAll(/^ {2}\w+ +(\d+) +\d+ +0 +0$/gm)];
    const published = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(published).toBeGreaterThan(20);
    // The last event of one type can overtake those of another by a read.
    expect(followed.stdout.trimEnd().split("\n").length).toBeGreaterThan(published - 5);
    const args = ["follow", "--from", "beginning", "--count", String(published)];
    const later = await runDemo(args, { cwd });
    expect(later.stdout.trimEnd().split("\n")).toHaveLength(published);
    expect(later.exitCode).toBe(0);
  });

  it("lets all keep their promises at the same time on it, among what others left", async () => {
    const cwd = emptyFolder();
    const others = startDemo(["audit", "--path", await makeLargeTree()], { cwd });
    await others.printed("signals all: start");
    // Without a last word: its agents are still listed, and their signals lie about.
    for (const pid of partPids(others.output())) process.kill(pid, "SIGKILL");
    others.kill();
    await others.result;
    const runs = await Promise.all(checked.map(([name]) => runDemo([name], { cwd })));
    for (const [index, { exitCode, stdout, stderr }] of runs.entries()) {
      expect([stderr, stdout, exitCode]).toEqual(["", stdout, 0]);
      expect(verdictsOf(stdout)).toEqual({ ok: checked[index]![1], wrong: 0 });
    }
  });

  it("shows an audit nothing of an earlier one that was interrupted", async () => {
    const cwd = emptyFolder();
    const first = startDemo(["--path", await makeLargeTree()], { cwd });
    await first.printed("signals all: start");
    first.interrupt();
    expect((await first.result).exitCode).toBe(130);
    const root = await makeTree({ "a.ts": "1\n" });
    const { exitCode, stdout } = await runDemo(["--path", root], { cwd });
    expect(stdout).toMatch(/ {2}audit_started +1 +1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}coordination_signal +10 +10 +0 +0\n/);
    expect(stdout).not.toContain("abort");
    expect(exitCode).toBe(0);
  });

  it("is left with events of the standard types and the audit's, and no others", async () => {
    const cwd = emptyFolder();
    const root = await makeTree({ "a.ts": "1\n" });
    const runs = [["audit", "--path", root], ["live-consumption"], ["stream-management"]];
    for (const { exitCode } of await Promise.all(runs.map((args) => runDemo(args, { cwd })))) {
      expect(exitCode).toBe(0);
    }
    await using transport = await openTransport(`sqlite:${cwd}/.attune/attune.db`);
    const types = await new EventStreamer({ transport }).listEventTypes();
    expect(types.toSorted()).toEqual([
      "agent_heartbeat",
      "audit_finding",
      "audit_finished",
      "audit_report",
      "audit_started",
      "coordination_signal",
      "workflow_progress",
    ]);
  });
});
