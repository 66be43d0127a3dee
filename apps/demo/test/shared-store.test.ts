/** The embedded default as one store for everybody: other terminals, other runs, earlier ones. */
import { exec } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { EventStreamer } from "@attune/streams";
import { openTransport } from "@attune/transport";
import { describe, expect, it } from "vitest";
import { repository } from "../src/store-announcement.ts";
import { makeLargeTree, makeTree } from "./make-tree.ts";
import { emptyFolder, isAlive, partPids, runDemo, startAttune, startDemo, verdictsOf } from "./run-demo.ts";

/** How many of its steps each says came out as expected, and in how many processes its parts are. */
const checked = [
  ["heartbeat-streaming", 12, 3],
  ["signal-streaming", 7, 3],
  ["broadcast", 4, 4],
  ["checkpoint", 5, 3],
  ["workers", 9, 3],
  ["live-consumption", 3, 2],
  ["stream-management", 13, 1],
] as const;

describe("the embedded default", { timeout: 120_000 }, () => {
  it("shows another terminal every event of an audit, as it happens and later", async () => {
    const cwd = emptyFolder();
    const root = await makeTree({ "a.ts": "1\n", "b.ts": "2\n" });
    const follower = startAttune(["events", "--follow"], { cwd });
    await follower.printed("Ctrl-C ends");
    const { exitCode, stdout } = await runDemo(["audit", "--path", root], { cwd });
    expect(exitCode).toBe(0);
    await follower.printed("audit_finished");
    follower.interrupt();
    const followed = await follower.result;
    expect(followed.exitCode).toBe(130);
    const counts = [...stdout.matchAll(/^ {2}\w+ +(\d+) +\d+ +0 +0$/gm)];
    const published = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(published).toBeGreaterThan(100);
    // The last event of one type can overtake those of another by a read.
    expect(followed.stdout.trimEnd().split("\n").length).toBeGreaterThan(published - 5);
    const args = ["events", "--follow", "--since", "1h", "--count", String(published)];
    const later = await startAttune(args, { cwd }).result;
    expect(later.stdout.trimEnd().split("\n")).toHaveLength(published);
    expect(later.exitCode).toBe(0);
    await using transport = await openTransport(`sqlite:${cwd}/.attune/attune.db`);
    const types = await new EventStreamer({ transport }).listEventTypes();
    // A stream of ratings for each agent that has measured.
    expect(types.filter((type) => type.startsWith("feedback:"))).toHaveLength(7);
    expect(types.filter((type) => !type.startsWith("feedback:")).toSorted()).toEqual([
      "agent_error",
      "agent_heartbeat",
      "approval_audit",
      "audit_finding",
      "audit_finished",
      "audit_report",
      "audit_started",
      "coordination_signal",
      "workflow_progress",
    ]);
  });

  it("names a command that sees the same file from another folder of the repository", async () => {
    const url = `sqlite:${emptyFolder()}/a fleet's.db`;
    const { exitCode, stdout } = await runDemo(["broadcast", "--url", url]);
    expect(exitCode).toBe(0);
    const [, announced] = /^From another terminal: (.+)$/m.exec(stdout)!;
    const options = "--since 1h --type coordination_signal --count 7 --timeout 20";
    // The broadcast, and the answer of each of the six who got it.
    expect((await inShell(`${announced} ${options}`)).match(/ {2}coordination_signal /g)).toHaveLength(7);
  });

  it("lets all keep their promises at the same time on it, among what others left", async () => {
    const cwd = emptyFolder();
    const others = startDemo(["audit", "--path", await makeLargeTree()], { cwd });
    await others.printed("→ all: start");
    // Without a last word: its agents are still listed, and their signals lie about.
    for (const pid of partPids(others.output())) process.kill(pid, "SIGKILL");
    others.kill();
    await others.result;
    const root = await makeTree({ "a.ts": "1\n" });
    const audit = runDemo(["--path", root], { cwd });
    const runs = await Promise.all(checked.map(([name]) => runDemo([name], { cwd })));
    for (const [index, { exitCode, stdout, stderr }] of runs.entries()) {
      const [, ok, processes] = checked[index]!;
      expect([stderr, stdout, exitCode]).toEqual(["", stdout, 0]);
      expect(verdictsOf(stdout)).toEqual({ ok, wrong: 0 });
      const pids = partPids(stdout);
      expect([pids.length, pids.filter(isAlive)]).toEqual([processes, []]);
    }
    const { exitCode, stdout, stderr } = await audit;
    expect([stderr, exitCode]).toEqual(["", 0]);
    // Nothing of the one that was killed.
    expect(stdout).toMatch(/ {2}audit_started +1 +1 +0 +0\n/);
    expect(stdout).toMatch(/ {2}coordination_signal +19 +19 +0 +0\n/);
  });
});

/** What it prints. Rejects when it does not end with 0. */
async function inShell(command: string): Promise<string> {
  const { stdout } = await promisify(exec)(command, { cwd: join(repository, "docs") });
  return stdout;
}
