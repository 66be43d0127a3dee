import { setImmediate } from "node:timers/promises";
import { CoordinationSignals } from "@attune/signals";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it } from "vitest";
import { fleet } from "../src/agents/fleet.ts";
import { AuditBoard } from "../src/audit/audit-board.ts";
import { auditSummary } from "../src/audit/audit-summary.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";
import { agent, auditOf, endingsOf, runAuditHere } from "./audit-of.ts";
import { makeTree } from "./make-tree.ts";
import { idle, nothing, untilStopped } from "./sample-agents.ts";

const _names = ["auditor", "surveyor", ...fleet.map(({ id }) => id)];

describe("an audit that loses its store, or a process,", () => {
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
    const outcome = await runAuditHere({ transport, ledger, root, runId: "away", agents: [idle] });
    expect(outcome.endStored).toBe(false);
    expect(endingsOf(outcome)).toEqual({ surveyor: "unheard", idle: "unheard" });
    expect(auditVerdict(new AuditBoard("away"), ledger, outcome).lines.slice(1)).toEqual([
      "NOT HEARD by the auditor, how they ended: surveyor, idle.",
      'The auditor failed: Stage "survey" of workflow "auditor" failed: the signal start could not be sent',
    ]);
  });

  it("ends when a crew is killed, and says whose word it has not heard", async () => {
    const root = await makeTree({ "a.ts": "" });
    await using transport = await createMemoryTransport();
    const killing = new AbortController();
    const killed = agent("killed", (context) => {
      killing.abort();
      return untilStopped(context);
    });
    const ledger = new PublishLedger();
    const agents = [killed];
    const setup = { transport, ledger, root, runId: "killed", agents, killed: killing.signal };
    const outcome = await runAuditHere(setup);
    expect(outcome.failures).toEqual(["The crew was killed."]);
    expect(endingsOf(outcome)).toEqual({ surveyor: "done", killed: "unheard" });
    expect(outcome.result.status).toBe("completed");
    expect(auditVerdict(new AuditBoard("killed"), ledger, outcome).lines.slice(-2)).toEqual([
      "NOT HEARD by the auditor, how they ended: killed.",
      "The crew was killed.",
    ]);
  });

  it("ends when the store goes away for good, and the verdict says what was not stored", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    const pending = new CoordinationSignals({ transport, agentId: "auditor-this-run" });
    const cutting = agent("cutting", async () => {
      // The other one has measured, and waits for the word to go on.
      while (!(await pending.checkSignal({ signalType: "measured", consume: false }))) await setImmediate();
      store.simulateOutage();
      return nothing;
    });
    const { board, ledger, verdict } = await auditOf(root, { agents: [cutting, idle], store, awayMs: 50 });
    expect(ledger.notStored).toMatchObject({ agent_error: 3, audit_finished: 1 });
    expect(verdict.good).toBe(false);
    expect(verdict.lines[0]).toMatch(/^NOT STORED, by the publishers' own account: .*1 audit_finished\.$/);
    expect(verdict.lines[1]).toBe("NOT HEARD by the auditor, how they ended: cutting, idle.");
    expect(verdict.lines[2]).toMatch(/^The auditor failed: .*the signal go could not be sent$/);
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
