import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it } from "vitest";
import { fleet } from "../src/agents/fleet.ts";
import { AuditBoard } from "../src/audit/audit-board.ts";
import { auditSummary } from "../src/audit/audit-summary.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";
import { ReportFile } from "../src/audit/report-file.ts";
import { agent, auditOf, endingsOf, runAuditHere } from "./audit-of.ts";
import { makeTree } from "./make-tree.ts";
import { idle, nothing } from "./sample-agents.ts";

const names = ["auditor", "surveyor", ...fleet.map(({ id }) => id)];

describe("an audit", () => {
  it("is seen whole by a consumer: every agent a workflow that has ended, every event received", async () => {
    const root = await makeTree({ "a.ts": "export {};\n", "b.ts": "export {};\n" });
    const { board, verdict, heard } = await auditOf(root);
    expect(verdict).toEqual({
      good: true,
      lines: [
        "Every event that was published has arrived.",
        "The auditor has heard from every agent how it ended.",
        "The license-checker has failed, as intended; the others went on without it.",
      ],
    });
    expect([...board.agents.values()].map(({ id, progress, status }) => [id, progress, status])).toEqual(
      names.map((id) => (id === "license-checker" ? [id, 0.5, "failed"] : [id, 1, "completed"])),
    );
    expect(board.reports.size).toBe(8);
    expect(board.heartbeats.size).toBe(10);
    expect(Object.values(heard).filter((ending) => ending === "done")).toHaveLength(8);
    for (const { published, received } of board.counts()) expect(received).toBe(published);
  });

  it("has an agent that fails, as intended: tried twice, told once, and reported", async () => {
    const root = await makeTree({ "a.ts": "1\n" });
    const { board, report } = await auditOf(root);
    const [trouble, ...more] = board.troubles;
    expect([trouble?.agentId, trouble?.severity, more]).toEqual(["license-checker", "error", []]);
    expect(trouble?.message).toMatch(/ENOENT.*allowed-licenses\.json' \(attempt 2( of 2)?\)$/);
    expect(board.signals.filter(({ from }) => from === "license-checker")).toEqual([
      { type: "failed", from: "license-checker", to: "auditor" },
    ]);
    expect(board.heartbeats.get("license-checker")?.status).toBe("failed");
    const summary = auditSummary(board, "memory:", 200).join("\n");
    expect(summary).toContain("license-checker     no report (failed, as intended)");
    expect(summary).toContain("the auditor heard of 8 done, 1 failed, as intended");
    expect(report).toMatch(
      /\| license-checker \| .* \| failed, as intended \| [\d,]+ \| 0 \|\n[\s\S]*## Failures\n\n- \*\*license-checker\*\* \(failed, as intended\)\. Stage measure, after 2 attempts: ENOENT/,
    );
  });

  it("says so when an agent that is meant to fail does not", async () => {
    const root = await makeTree({});
    const agents = [agent("idle", async () => nothing, { meantToFail: true })];
    const { verdict } = await auditOf(root, { agents });
    expect(verdict).toEqual({ good: false, lines: ["DID NOT FAIL, and was meant to: idle."] });
  });

  it("writes a report of what the signals have brought", async () => {
    const root = await makeTree({});
    const telling = agent("telling", async ({ publisher }) => {
      for (let i = 1; i <= 5; i++) await publisher.finding("odd | thing", `a*${i}.ts`, "is _odd_");
      return {
        headline: "five things",
        totals: { odd_things: 5000 },
        ranking: [{ name: "a*1.ts", value: 1234, unit: "points" }],
      };
    });
    const { report } = await auditOf(root, { agents: [telling] });
    expect(report).toMatch(/^# Audit of .*\n\nRun this-run, .* 2 of 2 agents have reported\.\n/);
    expect(report).toMatch(/\| telling \| tests \| done \| [\d,]+ \| 0 \|\n/);
    expect(report).toContain("\n## telling\n\nfive things.\n");
    expect(report).toContain("| odd things | 5,000 |");
    expect(report).toContain("| 1,234 | points | a\\*1.ts |");
    expect(report?.match(/^\| odd \\\| thing \| a\\\*\d\.ts \| is \\_odd\\_ \|$/gm)).toHaveLength(3);
    expect(report).toContain("| odd \\| thing | … and 2 more |  |");
    expect(report).not.toContain("## Failures");
  });

  it("goes on without an agent that fails, tells why, and calls that no success", async () => {
    const root = await makeTree({ "a.ts": "" });
    const failing = agent("broken", () => Promise.reject(new Error("no idea")));
    const { board, verdict, heard, result } = await auditOf(root, { agents: [failing, idle] });
    expect(result.status).toBe("completed");
    expect(verdict).toEqual({ good: false, lines: ["FAILED: broken (no idea)."] });
    expect(heard).toEqual({ surveyor: "done", broken: "failed", idle: "done" });
    expect(board.heard).toEqual(heard);
    expect(board.heartbeats.get("broken")?.status).toBe("failed");
    expect(board.agents.get("broken")).toMatchObject({ status: "failed", progress: 0.25 });
    expect(board.agents.get("idle")).toMatchObject({ status: "completed", progress: 1 });
    expect(board.troubles.map(({ agentId, message }) => [agentId, message])).toEqual([
      ["broken", 'Stage "measure" of workflow "broken" failed: no idea'],
    ]);
  });

  it("begins by signals, the fleet's only when the surveyor is done, and nobody reports before all have measured", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    const pending = new CoordinationSignals({ transport, agentId: "auditor-this-run" });
    const seen: number[] = [];
    const one = agent("one", async ({ files }) => {
      seen.push(files.length);
      return nothing;
    });
    const two = agent("two", async ({ files }) => {
      seen.push(files.length);
      while (!(await pending.checkSignal({ signalType: "measured", consume: false }))) await setImmediate();
      // Time enough for the other one to report, if it did.
      for (let turn = 0; turn < 100; turn++) await setImmediate();
      return nothing;
    });
    const { board } = await auditOf(root, { agents: [one, two], store });
    expect(seen).toEqual([1, 1]);
    const fromTwo = (type: string) =>
      expect.arrayContaining(["one", "two"].map((from) => ({ type, from, to: "auditor" })));
    expect(board.signals.slice(0, 3)).toEqual([
      { type: "start", from: "auditor", to: "surveyor" },
      { type: "done", from: "surveyor", to: "auditor" },
      { type: "start", from: "auditor", to: null },
    ]);
    expect(board.signals.slice(3, 5)).toEqual(fromTwo("measured"));
    expect(board.signals[5]).toEqual({ type: "go", from: "auditor", to: null });
    expect(board.signals.slice(6)).toEqual(fromTwo("done"));
    expect(board.signals).toHaveLength(8);
  });

  it("has every agent beat: from before it begins until it has ended", async () => {
    const root = await makeTree({ "a.ts": "" });
    await using transport = await createMemoryTransport();
    await using heartbeats = new HeartbeatCoordinator({ transport });
    let during: readonly (readonly [string | null, string, string])[] = [];
    const looking = agent("looking", async () => {
      const active = await heartbeats.getActiveAgents();
      during = active.map(({ displayName, status, liveness }) => [displayName, status, liveness] as const);
      return nothing;
    });
    const ledger = new PublishLedger();
    await runAuditHere({ transport, ledger, root, runId: "this-run", agents: [looking, idle] });
    for (const name of ["auditor", "looking", "idle"])
      expect(during).toContainEqual([name, "running", "alive"]);
    for (const name of ["auditor", "surveyor", "looking", "idle"]) {
      expect(await heartbeats.getAgentStatus(`${name}-this-run`)).toMatchObject({
        displayName: name,
        status: "completed",
        progress: 1,
        liveness: "finished",
        metadata: { workflow: name, run_id: "this-run" },
      });
    }
    expect(await heartbeats.getActiveAgents()).toEqual([]);
  });

  it("shares a store with another audit at the same time, and neither notices", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const runs = ["one", "two"].map((runId) => auditOf(root, { store, runId: `run-${runId}` }));
    for (const { board, verdict } of await Promise.all(runs)) {
      expect(verdict.good).toBe(true);
      expect(board.heartbeats.size).toBe(10);
      expect(board.counts().map(({ published, received }) => received === published)).not.toContain(false);
    }
  });

  it("has failed when its report can no longer be written", async () => {
    const root = await makeTree({ "a.ts": "" });
    await using transport = await createMemoryTransport();
    const folder = await makeTree({});
    const report = await ReportFile.at(join(folder, "report.md"));
    const removing = agent("removing", async () => {
      await rm(folder, { recursive: true });
      return nothing;
    });
    const ledger = new PublishLedger();
    const setup = { transport, ledger, root, runId: "this-run", agents: [removing], report };
    const outcome = await runAuditHere(setup);
    expect(endingsOf(outcome)).toEqual({ surveyor: "done", removing: "done" });
    expect(outcome.result).toMatchObject({ status: "failed", failedStage: "report" });
    expect(auditVerdict(new AuditBoard("this-run"), ledger, outcome).lines.at(-1)).toMatch(
      /^The auditor failed: Stage "report" of workflow "auditor" failed: ENOENT/,
    );
  });
});
