import { EventStreamer } from "@attune/streams";
import { silentLogger } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it } from "vitest";
import type { Agent } from "../src/agents/agent.ts";
import { AuditBoard, auditEventTypes } from "../src/audit/audit-board.ts";
import { auditFrame } from "../src/audit/audit-frame.ts";
import { auditSummary } from "../src/audit/audit-summary.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";
import { runAudit } from "../src/audit/run-audit.ts";
import { makeTree } from "./make-tree.ts";

interface Options {
  readonly agents?: readonly Agent[];
  readonly store?: MemoryStore;
  readonly signal?: AbortSignal;
}

/** Runs an audit; a board takes what a consumer received of it. */
async function auditOf(root: string, { agents, store = new MemoryStore(), signal }: Options = {}) {
  await using transport = await createMemoryTransport({ store, logger: silentLogger });
  const streamer = new EventStreamer({ transport });
  const board = new AuditBoard("this-run");
  const ledger = new PublishLedger();
  await using consumer = streamer.consumeEvents({ eventTypes: auditEventTypes, idleTimeoutMs: 200 });
  await consumer.ready;
  const never = new AbortController().signal;
  await runAudit({ streamer, ledger, root, runId: board.runId, signal: signal ?? never, agents });
  for await (const event of consumer) {
    board.take(event);
    if (board.complete) break;
  }
  return { board, ledger, verdict: auditVerdict(board, ledger) };
}

const agent = (id: string, run: Agent["run"]): Agent => ({ id, task: "tests", run });
const nothing = { headline: "nothing", totals: {}, ranking: [] };

describe("an audit", () => {
  it("is seen whole by a consumer: every agent done, every event received", async () => {
    const root = await makeTree({ "a.ts": "export {};\n", "b.ts": "export {};\n" });
    const { board, verdict } = await auditOf(root);
    expect(verdict).toEqual({ good: true, lines: ["Every event that was published has arrived."] });
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
    const { board, verdict } = await auditOf(root, { agents: [failing, agent("fine", async () => nothing)] });
    expect(verdict.good).toBe(true);
    expect(board.agents.get("broken")).toMatchObject({ status: "failed", progress: 0 });
    expect(board.agents.get("fine")).toMatchObject({ status: "completed", progress: 1 });
    expect(board.troubles).toEqual([{ agentId: "broken", message: "Error: no idea", severity: "error" }]);
  });

  it("ends when it is cancelled, and says so", async () => {
    const root = await makeTree({ "a.ts": "" });
    const cancelling = new AbortController();
    const stuck = agent("stuck", ({ signal }) => {
      cancelling.abort();
      return Promise.reject(signal.reason);
    });
    const { board, verdict } = await auditOf(root, { agents: [stuck], signal: cancelling.signal });
    expect(board.outcome).toBe("cancelled");
    expect(board.agents.get("stuck")?.status).toBe("cancelled");
    expect(verdict.good).toBe(true);
  });

  it("ends when the store goes away for good, and the verdict says what was not stored", async () => {
    const root = await makeTree({ "a.ts": "" });
    const store = new MemoryStore();
    const cutting = agent("cutting", async () => {
      store.simulateOutage();
      return nothing;
    });
    const { board, ledger, verdict } = await auditOf(root, { agents: [cutting], store });
    expect(ledger.notStored).toEqual({ audit_report: 1, workflow_progress: 1, audit_finished: 1 });
    expect(verdict.good).toBe(false);
    expect(verdict.lines[0]).toBe(
      "NOT STORED, by the publishers' own account: 1 audit_report, 1 workflow_progress, 1 audit_finished.",
    );
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

describe("auditVerdict", () => {
  it("tells of an event that was stored and did not arrive", () => {
    const ledger = new PublishLedger();
    ledger.note("audit_finding", "1-0");
    expect(auditVerdict(new AuditBoard("run"), ledger)).toEqual({
      good: false,
      lines: ["LOST: 1 audit_finding were stored, 0 arrived."],
    });
  });
});

describe("AuditBoard", () => {
  it("takes nothing of another run", async () => {
    const root = await makeTree({});
    const store = new MemoryStore();
    await auditOf(root, { store });
    await using transport = await createMemoryTransport({ store });
    const board = new AuditBoard("another-run");
    const events = new EventStreamer({ transport }).consumeEvents({
      eventTypes: auditEventTypes,
      from: "beginning",
      idleTimeoutMs: 50,
    });
    let seen = 0;
    for await (const event of events) {
      seen += 1;
      expect(board.take(event)).toBe(false);
    }
    expect(seen).toBeGreaterThan(10);
    expect(board.counts().every(({ received }) => received === 0)).toBe(true);
  });
});

/** The sequences of our own colours. */
const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");

describe("the live view's picture", () => {
  it.each([
    [80, 24],
    [120, 40],
    [40, 10],
    [20, 3],
  ])("fits into %i columns and %i rows", async (columns, rows) => {
    const root = await makeTree(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [`${"long-".repeat(20)}${index}.ts`, "same"]),
      ),
    );
    const noisy = agent("noisy", async ({ publisher }) => {
      for (let i = 0; i < 50; i++)
        await publisher.finding("escape", "\u001b[2J".repeat(20), "\u001b]0;title\u0007");
      return nothing;
    });
    const { board } = await auditOf(root, { agents: [noisy] });
    const frame = auditFrame(board, {
      columns,
      rows,
      location: "memory:",
      now: Date.now(),
      notices: ["a warning"],
    });
    expect(frame.length).toBeLessThanOrEqual(rows);
    for (const line of frame) {
      // Our own colours aside, no control character is left.
      const text = line.replace(colour, "");
      expect(text).not.toMatch(/\p{Cc}/u);
      expect([...text].length).toBeLessThanOrEqual(columns);
    }
  });
});
