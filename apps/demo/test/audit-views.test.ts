/** What is made of an audit's events: the verdict, the board, the picture. */
import { EventStreamer } from "@attune/streams";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { AuditBoard, auditEventTypes } from "../src/audit/audit-board.ts";
import { auditFrame } from "../src/audit/audit-frame.ts";
import { auditVerdict } from "../src/audit/audit-verdict.ts";
import { LiveView } from "../src/audit/live-view.ts";
import { PublishLedger } from "../src/audit/publish-ledger.ts";
import { agent, auditOf } from "./audit-of.ts";
import { makeTree } from "./make-tree.ts";

const nothing = { headline: "nothing", totals: {}, ranking: [] };

describe("auditVerdict", () => {
  it("tells of an event that was stored and did not arrive", () => {
    const ledger = new PublishLedger();
    ledger.note("audit_finding", true);
    expect(
      auditVerdict(new AuditBoard("run"), ledger, {
        heard: [],
        failures: [],
        approval: null,
        result: { status: "completed", error: null },
      }),
    ).toEqual({
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
  it("has a bar for each agent, and the latest signals and findings", async () => {
    const root = await makeTree({ "a.ts": "same", "b.ts": "same" });
    const { board } = await auditOf(root);
    const picture = { columns: 100, rows: 40, location: "memory:", now: Date.now(), notices: [] };
    const lines = auditFrame(board, picture).map((line) => line.replace(colour, ""));
    expect(lines).toContainEqual(expect.stringMatching(/^auditor +█+ 100 % completed$/));
    expect(lines).toContainEqual(expect.stringMatching(/^license-checker +█+░+ {2}50 % failed$/));
    expect(lines.slice(lines.indexOf("Signals (19)")).slice(1, 5)).toEqual(
      Array.from({ length: 4 }, () => expect.stringMatching(/^ {2}[a-z-]+ → auditor: done$/)),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^Latest findings \(\d+\)$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}as intended +license-checker +Stage "measure"/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}duplicate +a\.ts +same as b\.ts$/));
  });

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

describe("the live view's question", () => {
  const question = ["The auditor asks.", "Write it? "];
  const prompt = "Write it? ";

  function viewOf(columns: number, rows: number) {
    vi.useFakeTimers();
    const written: string[] = [];
    const stream = { columns, rows, writableNeedDrain: false, write: (text: string) => !!written.push(text) };
    const view = new LiveView(stream, "memory:", new AuditBoard("run"));
    onTestFinished(() => {
      view.close();
      vi.useRealTimers();
    });
    /** What was written since. */
    const pass = (ms: number) => {
      written.length = 0;
      vi.advanceTimersByTime(ms);
      return written;
    };
    return { view, stream, pass, last: () => written.at(-1)! };
  }

  it("has the cursor behind it, and what is typed there is left alone while the rest goes on", () => {
    const { view, pass, last } = viewOf(80, 24);
    view.ask(question);
    expect(last().split("\r\n")).toHaveLength(23);
    expect(last().endsWith(`The auditor asks.\r\n\u001b[2K${prompt}\u001b[J\u001b[?25h`)).toBe(true);
    const [redrawn, ...more] = pass(1500);
    expect(more).toEqual([]);
    expect(redrawn).toContain("attune audit");
    expect(redrawn).not.toContain(prompt);
    expect(redrawn!.split("\r\n")).toHaveLength(22);
    expect([redrawn!.startsWith("\u001b7"), redrawn!.endsWith("\u001b8")]).toEqual([true, true]);
    view.ask(null);
    expect(pass(100)[0]).not.toContain("The auditor asks.");
  });

  it("is shown whole, in as many lines as that takes, but for the last one", () => {
    const { view, last } = viewOf(10, 24);
    view.ask(["123456789-123456789-12345", "Why, and is it so? "]);
    const lines = last().split("\r\n").slice(-4);
    const shown = ["123456789-", "123456789-", "12345", "Why, and …"];
    for (const [index, text] of shown.entries()) expect(lines[index]).toContain(`\u001b[2K${text}`);
  });

  it("is put anew when the terminal has another size", () => {
    const { view, stream, pass } = viewOf(80, 24);
    view.ask(question);
    stream.rows = 12;
    const [redrawn] = pass(100);
    expect(redrawn).toContain(prompt);
    expect(redrawn!.split("\r\n")).toHaveLength(11);
  });

  it.each([
    [20, 5],
    [10, 3],
    [5, 1],
  ])("fits into %i columns and %i rows", (columns, rows) => {
    const { view, last } = viewOf(columns, rows);
    view.ask(["A long line of a question.", ...question]);
    expect(last().split("\r\n").length).toBeLessThanOrEqual(rows);
    expect(last()).toContain(prompt.slice(0, columns - 1));
  });
});
