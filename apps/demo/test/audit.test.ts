import { once } from "node:events";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it } from "vitest";
import type { Agent } from "../src/agents/agent.ts";
import { AuditBoard } from "../src/audit/audit-board.ts";
import { auditSummary } from "../src/audit/audit-summary.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";
import { agent, auditOf, runAuditHere } from "./audit-of.ts";
import { makeTree } from "./make-tree.ts";

/** An agent's work that ends only with the signal that stops it. */
const untilStopped: Agent["run"] = async ({ signal }) => {
  await once(signal, "abort");
  throw signal.reason;
};
const nothing = { headline: "nothing", totals: {}, ranking: [] };

describe("an audit", () => {
  it("is seen whole by a consumer: every agent done, every event received", async () => {
    const root = await makeTree({ "a.ts": "export {};\n", "b.ts": "export {};\n" });
    const { board, verdict } = await auditOf(root);
    expect(verdict).toEqual({
      good: true,
      lines: [
        "Every event that was published has arrived.",
        "The orchestrator has heard from every agent how it ended.",
      ],
    });
    expect([...board.agents.values()].map(({ id, progress, status }) => [id, progress, status])).toEqual(
      ["surveyor", "line-counter", "import-mapper", "mark-finder", "size-ranker", "function-measurer"]
        .concat("duplicate-finder", "test-weigher")
        .map((id) => [id, 1, "completed"]),
    );
    expect(board.reports.size).toBe(8);
    for (const { published, received } of board.counts()) expect(received).toBe(published);
  });

  it("goes on without an agent that fails, and tells why it failed", async () => {
    const root = await makeTree({ "a.ts": "" });
    const failing = agent("broken", () => Promise.reject(new Error("no idea")));
    const { board, verdict, heard } = await auditOf(root, {
      agents: [failing, agent("fine", async () => nothing)],
    });
    expect(verdict.good).toBe(true);
    expect(heard).toEqual({ surveyor: "done", broken: "failed", fine: "done" });
    expect(board.heard).toEqual(heard);
    expect(board.heartbeats.get("broken")?.status).toBe("failed");
    expect(board.agents.get("broken")).toMatchObject({ status: "failed", progress: 0 });
    expect(board.agents.get("fine")).toMatchObject({ status: "completed", progress: 1 });
    expect(board.troubles).toEqual([{ agentId: "broken", message: "Error: no idea", severity: "error" }]);
  });

  it("begins an agent's work by a signal, the fleet's only when the surveyor is done", async () => {
    const root = await makeTree({ "a.ts": "" });
    const seen: number[] = [];
    const looking = (id: string) =>
      agent(id, async ({ files }) => {
        seen.push(files.length);
        return nothing;
      });
    const { board } = await auditOf(root, { agents: [looking("one"), looking("two")] });
    expect(seen).toEqual([1, 1]);
    expect(board.signals.slice(0, 3)).toEqual([
      { type: "start", from: "auditor", to: "surveyor" },
      { type: "done", from: "surveyor", to: "auditor" },
      { type: "start", from: "auditor", to: null },
    ]);
    expect(board.signals.slice(3).map(({ type, from, to }) => [type, from, to])).toEqual(
      expect.arrayContaining([
        ["done", "one", "auditor"],
        ["done", "two", "auditor"],
      ]),
    );
    expect(board.signals).toHaveLength(5);
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
    const waiting = agent("waiting", async () => nothing);
    const ledger = new PublishLedger();
    await runAuditHere({ transport, ledger, root, runId: "this-run", agents: [looking, waiting] });
    expect(during).toContainEqual(["looking", "running", "alive"]);
    for (const name of ["surveyor", "looking", "waiting"]) {
      expect(await heartbeats.getAgentStatus(`${name}-this-run`)).toMatchObject({
        displayName: name,
        status: "completed",
        progress: 1,
        liveness: "finished",
        metadata: { run_id: "this-run" },
      });
    }
    expect(await heartbeats.getActiveAgents()).toEqual([]);
  });

  it("stops every agent by a signal when it is cancelled, and says so", async () => {
    const root = await makeTree({ "a.ts": "" });
    const cancelling = new AbortController();
    let reason: unknown;
    const stuck = agent("stuck", async (context) => {
      await once(context.signal, "abort");
      reason = context.signal.reason;
      throw reason;
    });
    const cancels = agent("cancels", (context) => {
      cancelling.abort();
      return untilStopped(context);
    });
    const { board, verdict, heard } = await auditOf(root, {
      agents: [stuck, cancels],
      signal: cancelling.signal,
    });
    expect(String(reason)).toBe("Error: the orchestrator told all to stop");
    expect(board.outcome).toBe("cancelled");
    expect(board.agents.get("stuck")?.status).toBe("cancelled");
    expect(board.heartbeats.get("stuck")?.status).toBe("cancelled");
    expect(board.signals).toContainEqual({ type: "abort", from: "auditor", to: null });
    expect(heard).toEqual({ surveyor: "done", stuck: "cancelled", cancels: "cancelled" });
    expect(verdict.good).toBe(true);
  });

  it("begins nobody's work when it is cancelled before", async () => {
    const root = await makeTree({ "a.ts": "" });
    const { board, heard } = await auditOf(root, {
      agents: [agent("never", () => Promise.reject(new Error("has begun")))],
      signal: AbortSignal.abort(),
    });
    expect(heard).toEqual({ surveyor: "cancelled", never: "cancelled" });
    expect(board.troubles).toEqual([]);
  });

  it("stops its agents also when the store is away, so that no signal reaches them", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const cancelling = new AbortController();
    const stuck = agent("stuck", (context) => {
      store.simulateOutage();
      cancelling.abort();
      return untilStopped(context);
    });
    const { heard, verdict } = await auditOf(root, { agents: [stuck], store, signal: cancelling.signal });
    expect(heard).toEqual({ surveyor: "done", stuck: "unheard" });
    expect(verdict.good).toBe(false);
  });

  it("does not wait for a start that could not be stored", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    store.simulateOutage();
    await using transport = await createMemoryTransport({ store, logger: silentLogger });
    const ledger = new PublishLedger();
    const agents = [agent("fine", async () => nothing)];
    const outcome = await runAuditHere({ transport, ledger, root, runId: "away", agents });
    const { endStored, heard } = outcome;
    expect(endStored).toBe(false);
    expect(Object.fromEntries(heard)).toEqual({ surveyor: "unheard", fine: "unheard" });
    expect(auditVerdict(new AuditBoard("away"), ledger, outcome).lines.at(-1)).toBe(
      "NOT HEARD by the orchestrator, how they ended: surveyor, fine.",
    );
  });

  it("does not wait for the fleet when its start could not be stored", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store, logger: silentLogger });
    /** Takes the store away when the surveyor has said that it is done. */
    class CuttingLedger extends PublishLedger {
      override note(eventType: string, stored: boolean): void {
        super.note(eventType, stored);
        if (this.stored.coordination_signal === 2) store.simulateOutage();
      }
    }
    let begun = false;
    const fine = agent("fine", async () => {
      begun = true;
      return nothing;
    });
    const ledger = new CuttingLedger();
    const { heard } = await runAuditHere({ transport, ledger, root, runId: "cut", agents: [fine] });
    expect(begun).toBe(false);
    expect(heard.get("fine")).toBe("unheard");
  });

  it("neither begins nor stops by the signals of somebody else", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    await using somebody = new CoordinationSignals({ transport, agentId: "auditor-another" });
    await somebody.broadcast({ signalType: "start" });
    await somebody.broadcast({ signalType: "abort" });
    const order: string[] = [];
    const noting = agent("noting", async ({ files }) => {
      order.push(`begun with ${files.length} files`);
      return nothing;
    });
    const { heard } = await auditOf(root, { agents: [noting], store });
    expect(order).toEqual(["begun with 1 files"]);
    expect(heard).toEqual({ surveyor: "done", noting: "done" });
  });

  it("shares a store with another audit at the same time, and neither notices", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const runs = ["one", "two"].map((runId) => auditOf(root, { store, runId: `run-${runId}` }));
    for (const { board, verdict } of await Promise.all(runs)) {
      expect(verdict.good).toBe(true);
      expect(board.heartbeats.size).toBe(8);
      expect(board.counts().map(({ published, received }) => received === published)).not.toContain(false);
    }
  });

  it("ends when the store goes away for good, and the verdict says what was not stored", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const cutting = agent("cutting", async () => {
      store.simulateOutage();
      return nothing;
    });
    const { board, ledger, verdict } = await auditOf(root, { agents: [cutting], store });
    expect(ledger.notStored).toEqual({
      audit_report: 1,
      workflow_progress: 1,
      agent_heartbeat: 1,
      coordination_signal: 1,
      audit_finished: 1,
    });
    expect(verdict).toEqual({
      good: false,
      lines: [
        "NOT STORED, by the publishers' own account: 1 audit_report, 1 workflow_progress, 1 agent_heartbeat, 1 coordination_signal, 1 audit_finished.",
        "NOT HEARD by the orchestrator, how they ended: cutting.",
      ],
    });
    const summary = auditSummary(board, "memory:", 100).join("\n");
    expect(summary).toContain("its end never arrived");
    expect(summary).toMatch(/audit_finished +\? +0 +\? +\?/);
  });

  it("tells by its last event what was not stored in an outage that is over", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const blinking = agent("blinking", async ({ publisher }) => {
      const end = store.simulateOutage();
      await publisher.finding("lost", "a.ts", "in the outage");
      end();
      return nothing;
    });
    const { board, verdict } = await auditOf(root, { agents: [blinking], store });
    expect(board.counts()).toContainEqual({
      eventType: "audit_finding",
      published: 0,
      notStored: 1,
      received: 0,
    });
    expect(verdict.lines).toEqual(["NOT STORED, by the publishers' own account: 1 audit_finding."]);
  });
});
