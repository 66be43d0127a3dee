/** Whether the auditor writes its report: who decides, and what follows. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { ApprovalGate } from "@attune/approvals";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { policyReviewer } from "../src/audit/report-policy.ts";
import type { ReportRequest } from "../src/audit/report-request.ts";
import type { ReportReviewer } from "../src/audit/report-reviewer.ts";
import { reviewerElsewhere } from "../src/audit/reviewer-elsewhere.ts";
import { readAnswer, terminalReviewer } from "../src/audit/terminal-reviewer.ts";
import { readCommandLine } from "../src/command-line.ts";
import { agent, auditOf } from "./audit-of.ts";
import { makeTree } from "./make-tree.ts";
import { emptyFolder } from "./run-demo.ts";

const never = new AbortController().signal;
const nothing = { headline: "nothing", totals: {}, ranking: [] };
const idle = agent("idle", async () => nothing);

const reported = { name: "one", ended: "done", meant_to_fail: false } as const;
const asked = (more: Partial<ReportRequest> = {}): ReportRequest => ({
  file: join(emptyFolder(), "report.md"),
  bytes: 1,
  sha256: "",
  agents: [reported],
  failures: [],
  ...more,
});

describe("the reviewer's policy", () => {
  const decide = (request: ReportRequest, workingDirectory: string, named?: string) =>
    policyReviewer({ workingDirectory, named }).decide(request, never);

  it("approves when everybody has reported that was not meant to fail", async () => {
    const workingDirectory = emptyFolder();
    await mkdir(join(workingDirectory, ".attune"));
    const meantToFail = { name: "two", ended: "failed", meant_to_fail: true } as const;
    const request = asked({
      file: join(workingDirectory, ".attune/audit.md"),
      agents: [reported, meantToFail],
    });
    expect(await decide(request, workingDirectory)).toEqual({
      approved: true,
      reason: "every agent that was not meant to fail has reported; the file lies in the working directory",
    });
  });

  it.each([
    ["failed", false],
    ["cancelled", true],
    ["unheard", true],
  ] as const)("rejects when an agent is %s (meant to fail: %s)", async (ended, meant_to_fail) => {
    const request = asked({ agents: [reported, { name: "two", ended, meant_to_fail }] });
    expect(await decide(request, "/", request.file)).toEqual({
      approved: false,
      reason: `two has not reported (${ended})`,
    });
  });

  it("rejects a file elsewhere, unless it was named", async () => {
    const workingDirectory = emptyFolder();
    const request = asked();
    expect(await decide(request, workingDirectory)).toMatchObject({
      approved: false,
      reason: expect.stringMatching(/ is not in the working directory, and was not named with --report$/),
    });
    expect(await decide(request, workingDirectory, request.file)).toMatchObject({ approved: true });
    const sibling = `${workingDirectory}-too`;
    expect(await decide(asked({ file: join(sibling, "x.md") }), workingDirectory)).toMatchObject({
      approved: false,
      reason: expect.stringContaining("cannot be told (ENOENT)"),
    });
  });

  it("rejects a file behind a link that leads elsewhere", async () => {
    const workingDirectory = emptyFolder();
    await symlink(emptyFolder(), join(workingDirectory, ".attune"));
    const request = asked({ file: join(workingDirectory, ".attune/audit.md") });
    expect(await decide(request, workingDirectory)).toMatchObject({ approved: false });
  });
});

describe("an answer at the terminal", () => {
  it.each([
    ["y", true, ""],
    ["Yes", true, ""],
    ["n", false, ""],
    ["no, too early", false, "too early"],
    ["  y: looks good  ", true, "looks good"],
    ["n \u001b[2Jx", false, "x"],
  ])("%j is read", (line, approved, reason) => {
    expect(readAnswer(line)).toEqual({ approved, reason });
  });

  it.each(["", "maybe", "yesterday", "nope", "ny"])("%j is none", (line) => {
    expect(readAnswer(line)).toBeUndefined();
  });
});

describe("an audit", { timeout: 90_000 }, () => {
  it("has its report approved by the policy, and says so in it", async () => {
    const root = await makeTree({});
    const { approval, report, board, verdict } = await auditOf(root, { agents: [idle] });
    const reason = "every agent that was not meant to fail has reported; the file was named with --report";
    expect(approval).toMatchObject({ approved: true, state: "approved", by: "reviewer", reason });
    expect(report?.split("\n## Approval\n")[1]).toBe(
      `\nThat this report is written was approved at ${approval?.at} by **reviewer**: ${reason}.\n`,
    );
    expect(board.approvals.map(({ transition, by }) => [transition, by])).toEqual([
      ["requested", "auditor"],
      ["approved", "reviewer"],
    ]);
    expect(verdict.good).toBe(true);
  });

  it("asks for exactly the text that it writes", async () => {
    const root = await makeTree({});
    let request: ReportRequest | undefined;
    const reviewer: ReportReviewer = {
      ...policyReviewer({ workingDirectory: root, named: undefined }),
      decide: async (asked) => {
        request = asked;
        return { approved: true, reason: "" };
      },
    };
    const { report } = await auditOf(root, { agents: [idle], reviewer });
    const [text] = report!.split("\n## Approval\n");
    const hash = await crypto.subtle.digest("SHA-256", Buffer.from(text!));
    expect([request?.sha256, request?.bytes]).toEqual([
      Buffer.from(hash).toString("hex"),
      Buffer.byteLength(text!),
    ]);
    expect(report).toContain("by **reviewer**, who gave no reason.");
  });

  it("writes none when the policy is against it", async () => {
    const root = await makeTree({});
    const failing = agent("broken", () => Promise.reject(new Error("no idea")));
    const { approval, result, report, verdict } = await auditOf(root, { agents: [failing, idle] });
    expect(approval).toMatchObject({ state: "rejected", reason: "broken has not reported (failed)" });
    expect([result.status, result.output, report]).toEqual([
      "completed",
      { file: null, approval },
      undefined,
    ]);
    expect(verdict.lines).toEqual(["FAILED: broken (no idea)."]);
  });

  it("writes none when nobody answers in time, and that is no failure", async () => {
    const root = await makeTree({});
    const overs: AbortSignal[] = [];
    const silent: ReportReviewer = {
      name: "silent",
      isAgent: false,
      answerMs: 50,
      announcement: [],
      decide: async (_request, over) => {
        overs.push(over);
        await once(over, "abort");
        return null;
      },
    };
    const { approval, report, verdict } = await auditOf(root, { agents: [idle], reviewer: silent });
    expect(approval).toMatchObject({ approved: false, state: "timeout", by: "system" });
    expect([report, verdict.good, overs.length]).toEqual([undefined, true, 1]);
  });

  it("listens to nobody but the one that it asks", async () => {
    const root = await makeTree({});
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    await using gate = new ApprovalGate({ transport });
    const told: unknown[] = [];
    const asksAround: ReportReviewer = {
      ...policyReviewer({ workingDirectory: root, named: undefined }),
      decide: async () => {
        const [request] = await gate.getPendingApprovals();
        const { requestId, digest } = request!;
        const answer = { approved: true, reason: "let me", digest };
        for (const responder of ["mallory", "auditor-this-run", "reviewer-another"]) {
          told.push((await gate.respondToApproval(requestId, { ...answer, responder })).refusal);
        }
        return { approved: false, reason: "no" };
      },
    };
    const { approval } = await auditOf(root, { agents: [idle], store, reviewer: asksAround });
    expect(told).toEqual(["not-allowed", "self", "not-allowed"]);
    expect(approval).toMatchObject({ state: "rejected", by: "reviewer", reason: "no" });
  });

  it("with --elsewhere waits for whoever sees the request in the store", async () => {
    const root = await makeTree({});
    const store = new MemoryStore();
    await using transport = await createMemoryTransport({ store });
    await using gate = new ApprovalGate({ transport });
    const auditing = auditOf(root, { agents: [idle], store, reviewer: reviewerElsewhere() });
    const request = await vi.waitFor(
      async () => {
        const [pending] = await gate.getPendingApprovals();
        return pending ?? Promise.reject(new Error("nobody has asked yet"));
      },
      { timeout: 20_000 },
    );
    const { digest } = request;
    const answer = { approved: true, responder: "ann", reason: "looks right", digest };
    expect(await gate.respondToApproval(request.requestId, answer)).toMatchObject({ accepted: true });
    const { approval, report } = await auditing;
    expect(approval).toMatchObject({ state: "approved", by: "ann", reason: "looks right" });
    expect(report).toContain("looks right");
  });

  it("is not approved when the store goes away before the answer, and does not wait for long", async () => {
    const root = await makeTree({});
    const store = new MemoryStore();
    const cutting: ReportReviewer = {
      ...policyReviewer({ workingDirectory: root, named: undefined }),
      answerMs: 60_000,
      decide: async () => {
        store.simulateOutage();
        return { approved: true, reason: "in vain" };
      },
    };
    const { approval, report, verdict } = await auditOf(root, {
      agents: [idle],
      store,
      reviewer: cutting,
      awayMs: 50,
    });
    expect([approval?.approved, report, verdict.good]).toEqual([false, undefined, false]);
  });
});

/** An audit at a terminal: of plain lines, or live. */
async function atTerminal(
  answers: (question: string, stdin: PassThrough, interrupt: () => void) => void,
  more = {},
) {
  const { live = false, args = [] } = more as { live?: boolean; args?: string[] };
  vi.stubEnv("NO_COLOR", live ? "" : "1");
  vi.stubEnv("TERM", "xterm");
  onTestFinished(() => void vi.unstubAllEnvs());
  const root = await makeTree({ "a.ts": "1\n" });
  const report = join(emptyFolder(), "report.md");
  const commandLine = readCommandLine(["--url", "memory:", "--path", root, "--report", report, ...args], {});
  if (commandLine === "help") throw new Error("there is nothing to run");
  const { demonstration, url, options } = commandLine;
  const interruption = new AbortController();
  const stdin = new PassThrough();
  let stdout = "";
  let looked = 0;
  const write = (text: string) => {
    stdout += text;
    const question = /Write it\?[^:]*: ?/.exec(stdout.slice(looked));
    if (question) {
      looked += question.index + question[0].length;
      answers(stdout.slice(0, looked), stdin, () => interruption.abort());
    }
    return true;
  };
  const terminal = { write, isTTY: true, columns: 100, rows: 30, writableNeedDrain: false };
  const exitCode = await demonstration.run({
    url,
    options,
    stdout: terminal as unknown as NodeJS.WriteStream,
    stdin,
    signal: interruption.signal,
  });
  return { exitCode, stdout, report, written: existsSync(report) };
}

describe("at a terminal", { timeout: 90_000 }, () => {
  it.each([false, true])(
    "the user is asked, again when he says neither yes nor no (live: %s)",
    async (live) => {
      const said = ["maybe\n", "y, fine with me\n"];
      const { exitCode, stdout, report, written } = await atTerminal(
        (_, stdin) => stdin.write(said.shift()),
        { live },
      );
      expect(stdout).toContain("Before the report is written, you are asked; no answer in 60 s means no.");
      expect(stdout).toMatch(/The auditor asks to write its report of \d\.\d kB: .*report\.md/);
      expect(stdout).toMatch(/ {2}license-checker: failed, as intended: ENOENT/);
      expect(stdout).toContain("Please begin with y or n.");
      expect(stdout).toMatch(
        / {2}approved +by .* at the terminal, \d+ ms later, at [\dT:.-]+Z\n {2}why +fine with me\n/,
      );
      expect([said, exitCode, written]).toEqual([[], 0, true]);
      expect(stdout).toContain(`\nReport: ${report}\n`);
      expect(await readFile(report, "utf8")).toMatch(
        /approved at .* by \*\*.* at the terminal\*\*: fine with me\.\n$/,
      );
    },
  );

  it("a no is an answer: no report, and the exit code is 0", async () => {
    const { exitCode, stdout, written } = await atTerminal((_, stdin) => stdin.write("n too early\n"));
    expect(stdout).toMatch(/\nNo report: rejected by .* at the terminal: too early\.\n$/);
    expect([exitCode, written]).toEqual([0, false]);
  });

  it("the end of the input is a no", async () => {
    const { exitCode, stdout, written } = await atTerminal((_, stdin) => stdin.end());
    expect(stdout).toContain("the input ended without an answer");
    expect([exitCode, written]).toEqual([0, false]);
  });

  it.each([false, true])("Ctrl-C at the question ends everything cleanly (live: %s)", async (live) => {
    const { exitCode, stdout, written } = await atTerminal((_question, _stdin, interrupt) => interrupt(), {
      live,
    });
    expect(stdout).toMatch(/ {2}cancelled +by system, .*\n {2}why +taken back: /);
    expect(stdout).toContain("Every event that was published has arrived.");
    expect(stdout).toMatch(/\nNo report: the audit was interrupted\.\n$/);
    expect([exitCode, written]).toEqual([130, false]);
  });

  it("nobody is asked with --yes", async () => {
    const asked: string[] = [];
    const { exitCode, stdout, written } = await atTerminal((question) => asked.push(question), {
      args: ["--yes"],
    });
    expect(stdout).toContain("Before the report is written, the reviewer is asked. Its policy: ");
    expect(stdout).toMatch(/ {2}approved +by reviewer, \d+ ms later, at [\dT:.-]+Z\n/);
    expect([asked, exitCode, written]).toEqual([[], 0, true]);
  });

  it("who does not answer in time is told so, and there is no report", async () => {
    const stdin = new PassThrough();
    const shown: (readonly string[] | null)[] = [];
    const reviewer = terminalReviewer({ stdin, ask: (question) => shown.push(question), answerMs: 100 });
    const { approval, report } = await auditOf(await makeTree({}), { agents: [idle], reviewer });
    expect([approval?.state, report]).toEqual(["timeout", undefined]);
    expect(shown.at(-1)).toBeNull();
    expect(stdin.listenerCount("data") + stdin.listenerCount("end")).toBe(0);
  });
});
