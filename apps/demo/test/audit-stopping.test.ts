import { once } from "node:events";
import { CoordinationSignals } from "@attune/signals";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it } from "vitest";
import { fleet } from "../src/agents/fleet.ts";
import { agent, auditOf } from "./audit-of.ts";
import { makeTree } from "./make-tree.ts";
import { idle, nothing, untilStopped } from "./sample-agents.ts";

const _names = ["auditor", "surveyor", ...fleet.map(({ id }) => id)];

describe("an audit that is stopped, or is to be left alone,", () => {
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
    const { board, verdict, heard, report } = await auditOf(root, {
      agents: [stuck, cancels, idle],
      signal: cancelling.signal,
    });
    expect(String(reason)).toMatch(
      /cancelled by the signal "abort" of "auditor-this-run", broadcast: the audit was interrupted\.$/,
    );
    expect(board.outcome).toBe("cancelled");
    for (const name of ["auditor", "stuck", "cancels", "idle"]) {
      expect(board.agents.get(name)?.status).toBe("cancelled");
      expect(board.heartbeats.get(name)?.status).toBe("cancelled");
    }
    expect(board.signals).toContainEqual({ type: "abort", from: "auditor", to: null });
    expect(heard).toEqual({ surveyor: "done", stuck: "cancelled", cancels: "cancelled", idle: "cancelled" });
    expect(board.troubles).toEqual([]);
    expect(verdict.good).toBe(true);
    expect(report).toBeUndefined();
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

  it("hears no abort that means another run, and no start of anybody else", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    await using somebody = new CoordinationSignals({ transport, agentId: "auditor-another" });
    await somebody.broadcast({ signalType: "start" });
    await somebody.broadcast({ signalType: "go" });
    await somebody.broadcast({ signalType: "abort", payload: { run_id: "another" } });
    const order: string[] = [];
    const noting = agent("noting", async ({ files }) => {
      order.push(`begun with ${files.length} files`);
      return nothing;
    });
    const { heard } = await auditOf(root, { agents: [noting], store });
    expect(order).toEqual(["begun with 1 files"]);
    expect(heard).toEqual({ surveyor: "done", noting: "done" });
  });

  it("goes on without an agent that somebody else has aborted, and calls that no success", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    await using somebody = new CoordinationSignals({ transport, agentId: "somebody" });
    const aborted = agent("aborted", async (context) => {
      await somebody.signal({ signalType: "abort", targetAgent: "aborted-this-run" });
      return untilStopped(context);
    });
    const { heard, verdict } = await auditOf(root, { agents: [aborted, idle], store });
    expect(heard).toEqual({ surveyor: "done", aborted: "cancelled", idle: "done" });
    expect(verdict).toEqual({ good: false, lines: ["CANCELLED: aborted."] });
  });

  it("is left alone by another audit that is cancelled on the same store", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const cancelling = new AbortController();
    const cancelled = auditOf(root, {
      store,
      runId: "run-one",
      signal: cancelling.signal,
      agents: [agent("stuck", untilStopped)],
    });
    const cancels = agent("cancels", async () => {
      cancelling.abort();
      await cancelled;
      return nothing;
    });
    const { heard, verdict } = await auditOf(root, { store, runId: "run-two", agents: [cancels] });
    expect((await cancelled).result.status).toBe("cancelled");
    expect([heard, verdict.good]).toEqual([{ surveyor: "done", cancels: "done" }, true]);
  });
});
