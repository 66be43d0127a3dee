/** The demonstrations of workflows, and of approvals: all in this process where that is enough, once with processes of their own. */
import { ApprovalGate } from "@attune/approvals";
import { CoordinationSignals } from "@attune/signals";
import { openTransport } from "@attune/transport";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deadlineMs } from "../src/deadline.ts";
import type { Demonstration } from "../src/demonstration.ts";
import { abort } from "../src/demonstrations/abort.ts";
import { approvals } from "../src/demonstrations/approvals.ts";
import { orchestrator } from "../src/demonstrations/orchestrator.ts";
import { producerConsumer } from "../src/demonstrations/producer-consumer.ts";
import { LongHashWorkflow } from "../src/workflows/long-hash-workflow.ts";
import { OrchestratorWorkflow } from "../src/workflows/orchestrator-workflow.ts";
import { ProducerWorkflow } from "../src/workflows/producer-workflow.ts";
import { emptyFolder, isAlive, partPids, runDemo, verdictsOf } from "./run-demo.ts";

afterEach(() => void vi.restoreAllMocks());

/** Runs it in this process; interrupts it once it has printed `until`. */
async function run(
  demonstration: Demonstration,
  { url = "memory:", until }: { url?: string; until?: string } = {},
) {
  const interruption = new AbortController();
  let stdout = "";
  const write = (text: string) => {
    stdout += text;
    if (until !== undefined && stdout.includes(until)) interruption.abort();
    return true;
  };
  const exitCode = await demonstration.run({
    url,
    options: {},
    stdout: { write } as NodeJS.WriteStream,
    signal: interruption.signal,
  });
  return { exitCode, stdout };
}

/** Each with how many of its steps come out as expected, and with what it prints in the middle of its work. */
const all = [
  [producerConsumer, 7, "task_complete"],
  [orchestrator, 9, "The latecomer starts."],
  [abort, 8, "Now a file that the finder needs is deleted."],
] as const;

/** One that has no workflow, and several processes too. */
const withApprovals = [...all, [approvals, 12, "Those who answer look at what is pending"]] as const;

describe("a workflow", { timeout: 90_000 }, () => {
  it("hands its results to another one: each once, in order, and answered", async () => {
    const { exitCode, stdout } = await run(producerConsumer);
    expect(stdout).toContain("\nsent 4, received 4, twice: 0, lost: 0\n");
    expect(stdout.match(/ producer +→ consumer +task_complete {2}\{"batch":[1-4],/g)).toHaveLength(4);
    expect(stdout.match(/ consumer +→ producer +verified {2}\{"batch":[1-4],"same":3,/g)).toHaveLength(4);
    expect(stdout).toMatch(/ {2}progress {2}producer +16 % +hash [\w-]+\.ts\n/);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 7, wrong: 0 }, 0]);
  });

  it("starts others with one broadcast, the late one included, and meets them at a checkpoint", async () => {
    const { exitCode, stdout } = await run(orchestrator);
    const start = stdout.search(/ orchestrator +→ all +start/);
    expect(start).toBeGreaterThan(0);
    expect(stdout.indexOf("The latecomer starts.")).toBeGreaterThan(start);
    expect(stdout.match(/ (worker-1|worker-2|latecomer) +→ orchestrator +checkpoint_reached /g)).toHaveLength(
      3,
    );
    expect(stdout.match(/ (worker-1|worker-2|latecomer) +→ orchestrator +task_complete /g)).toHaveLength(3);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 9, wrong: 0 }, 0]);
  });

  it("that fails stops the others with an abort: who works, who waits, who does not listen", async () => {
    const { exitCode, stdout } = await run(abort);
    expect(stdout).toMatch(/ {2}signal {4}finder +→ all +abort {2}\{"reason":"ENOENT: /);
    expect(stdout).toMatch(/ {2}progress {2}finder +\d+ % +its run failed\n/);
    for (const name of ["hasher", "stubborn", "collector"]) {
      expect(stdout).toMatch(new RegExp(` {2}progress {2}${name} +\\d+ % +its run cancelled\n`));
    }
    expect(
      stdout.match(/ {2}error {5}finder +Stage "hash" of workflow "long-hash" failed: ENOENT: /g),
    ).toHaveLength(1);
    expect(stdout).toMatch(/\nEnded after the abort: hasher \d+ ms, stubborn \d{3,} ms, collector \d+ ms\n/);
    expect([verdictsOf(stdout), exitCode]).toEqual([{ ok: 8, wrong: 0 }, 0]);
  });

  it.each(withApprovals)("ends when it is interrupted: $name", async (demonstration, _ok, until) => {
    const beganAt = performance.now();
    const { exitCode, stdout } = await run(demonstration, { until });
    // By itself it would be over by its deadline.
    expect(performance.now() - beganAt).toBeLessThan(deadlineMs / 2);
    expect(stdout).not.toMatch(/ {2}(ok|WRONG) /);
    expect(exitCode).toBe(130);
  });
});

describe("on a store that others use, a workflow", { timeout: 90_000 }, () => {
  it("is not ended by an abort that somebody else has broadcast", async () => {
    const url = `memory:${crypto.randomUUID()}`;
    await using transport = await openTransport(url);
    await using somebodyElse = new CoordinationSignals({ transport, agentId: "somebody-else" });
    await somebodyElse.broadcast({ signalType: "abort" });
    const results = await Promise.all([run(producerConsumer, { url }), run(orchestrator, { url })]);
    for (const { exitCode, stdout } of results) expect([exitCode, stdout]).toEqual([0, stdout]);
  });

  it("is not ended by the abort of another run", async () => {
    const url = `memory:${crypto.randomUUID()}`;
    await using _transport = await openTransport(url);
    const first = await run(abort, { url });
    const second = await run(abort, { url });
    expect([first.exitCode, second.exitCode, second.stdout]).toEqual([0, 0, second.stdout]);
  });
});

describe("it is said, and the exit code is 1,", { timeout: 90_000 }, () => {
  it("when a batch is sent twice", async () => {
    const { sendSignal } = ProducerWorkflow.prototype;
    vi.spyOn(ProducerWorkflow.prototype, "sendSignal").mockImplementationOnce(async function (
      this: ProducerWorkflow,
      request,
    ) {
      await sendSignal.call(this, request);
      return sendSignal.call(this, request);
    });
    const { exitCode, stdout } = await run(producerConsumer);
    expect(stdout).toContain("  WRONG each batch was received once, in the order in which it was sent");
    expect(stdout).toContain("  WRONG nothing is left in their mailboxes");
    expect(exitCode).toBe(1);
  });

  it("when nobody waits at the checkpoint", async () => {
    vi.spyOn(OrchestratorWorkflow.prototype, "waitForAll").mockResolvedValueOnce([]);
    const { exitCode, stdout } = await run(orchestrator);
    expect(stdout).toContain("  WRONG all three were at the checkpoint");
    expect(exitCode).toBe(1);
  });

  it("when an answer counts that should not", async () => {
    const counts = { accepted: true, state: "pending", refusal: null } as const;
    vi.spyOn(ApprovalGate.prototype, "respondToApproval").mockResolvedValueOnce(counts);
    const { exitCode, stdout } = await run(approvals);
    expect(stdout).toContain("  WRONG each answer was told whether it counts");
    expect(verdictsOf(stdout)).toEqual({ ok: 11, wrong: 1 });
    expect(exitCode).toBe(1);
  });

  it("when the abort does not say why", async () => {
    const { sendSignal } = LongHashWorkflow.prototype;
    vi.spyOn(LongHashWorkflow.prototype, "sendSignal").mockImplementation(function (
      this: LongHashWorkflow,
      request,
    ) {
      return sendSignal.call(this, { ...request, payload: null });
    });
    const { exitCode, stdout } = await run(abort);
    expect(stdout).toContain("  WRONG the others were cancelled by its signal, with its reason");
    expect(exitCode).toBe(1);
  });
});

it("all of them keep their promises in processes of their own, at the same time on one file", async () => {
  const cwd = emptyFolder();
  const runs = await Promise.all(withApprovals.map(([{ name }]) => runDemo([name], { cwd })));
  const processes = [2, 3, 4, 4];
  for (const [index, { exitCode, stdout, stderr }] of runs.entries()) {
    expect([stderr, exitCode, stdout]).toEqual(["", 0, stdout]);
    expect(verdictsOf(stdout)).toEqual({ ok: withApprovals[index]![1], wrong: 0 });
    const pids = partPids(stdout);
    expect(pids).toHaveLength(processes[index]!);
    expect(pids.filter(isAlive)).toEqual([]);
  }
}, 40_000);
