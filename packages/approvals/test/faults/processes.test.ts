/** Requesters and responders in processes of their own, on one file: killed, restarted, at the same time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ApprovalGate,
  type ApprovalResponse,
  approvalAudit,
  type RespondedApproval,
} from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import { openTransport, type Transport } from "@attune/transport";
import { until } from "@attune-tools/every-store";
import { expect, it, onTestFinished } from "vitest";

const scripts = fileURLToPath(new URL("scripts/", import.meta.url));

async function world() {
  const folder = await mkdtemp(join(tmpdir(), "attune-approvals-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const url = `sqlite:${join(folder, "attune.db")}`;
  const transport = await openTransport(url);
  onTestFinished(() => transport.close());
  const gate = new ApprovalGate({ transport });
  onTestFinished(() => gate.close());
  const start = (script: string, ...args: readonly string[]): ChildProcess => {
    const child = fork(join(scripts, script), args, {
      execArgv: ["--conditions=@attune/source"],
      env: { ...process.env, ATTUNE_URL: url },
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  return { transport, gate, start };
}

async function hear<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, "message")) as [T];
  return message;
}

/** How often each transition is in the audit. */
async function audited(transport: Transport): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of await new EventStreamer({ transport }).getRecentEvents(approvalAudit, {
    count: 1000,
  })) {
    const transition = event.valid ? event.data.transition : "invalid";
    counts[transition] = (counts[transition] ?? 0) + 1;
  }
  return counts;
}

it("a requester that is killed hears, restarted, what was decided meanwhile, and what is decided then", async () => {
  const { transport, gate, start } = await world();
  const asking = start("asks.ts", "ask", "r1", "r2");
  await until("it asks", async () => (await gate.getPendingApprovals()).length === 2);
  const dead = once(asking, "exit");
  asking.kill("SIGKILL");
  await dead;
  expect(await gate.respondToApproval("r1", { approved: true, responder: "ann" })).toMatchObject({
    accepted: true,
  });
  const before = (await gate.getApproval("r2"))!;
  const again = start("asks.ts", "attach", "r1", "r2");
  expect(await hear(again)).toBe("ready");
  const heard = hear<ApprovalResponse[]>(again);
  const exited = once(again, "exit");
  await gate.respondToApproval("r2", { approved: false, responder: "bob", reason: "no" });
  expect(await heard).toMatchObject([
    { requestId: "r1", approved: true, responder: "ann" },
    { requestId: "r2", approved: false, responder: "bob", reason: "no" },
  ]);
  // Its time was not begun anew.
  expect((await gate.getApproval("r2"))!.expiresAt).toEqual(before.expiresAt);
  await exited;
  await gate.close();
  expect(await audited(transport)).toEqual({ requested: 2, approved: 1, rejected: 1 });
});

it("two responders answer 100 requests at once: each is decided by one of them, as its requester hears", async () => {
  const { transport, gate, start } = await world();
  const ids = Array.from({ length: 100 }, (_, n) => `r${n}`);
  const children = [
    start("asks.ts", "ask", ...ids),
    start("answers.ts", "ann", ...ids),
    start("answers.ts", "bob", ...ids),
  ] as const;
  const [asking, ann, bob] = children;
  await Promise.all(children.map((child) => hear(child)));
  await until("all are asked for", async () => (await gate.getPendingApprovals()).length === 100);
  const heard = hear<ApprovalResponse[]>(asking);
  const told = [hear<RespondedApproval[]>(ann), hear<RespondedApproval[]>(bob)];
  const exited = Promise.all(children.map((child) => once(child, "exit")));
  for (const child of [ann, bob]) child.send("now");
  const [byAnn, byBob] = [(await told[0])!, (await told[1])!];
  const counts = { ann: 0, bob: 0, both: 0, neither: 0 };
  for (const [n, answer] of (await heard).entries()) {
    const accepted = [byAnn[n]!.accepted, byBob[n]!.accepted];
    counts[accepted[0] ? (accepted[1] ? "both" : "ann") : accepted[1] ? "bob" : "neither"]++;
    expect([byAnn[n]!.state, byBob[n]!.state]).toEqual([answer.state, answer.state]);
    expect(answer.responder).toBe(accepted[0] ? "ann" : "bob");
  }
  console.info(`100 requests, two responders at once: ${JSON.stringify(counts)}`);
  expect(counts).toMatchObject({ both: 0, neither: 0 });
  expect(counts.ann + counts.bob).toBe(100);
  expect((await exited).map(([code]) => code)).toEqual([0, 0, 0]);
  // One of them may have been quicker every time.
  expect({ approved: 0, rejected: 0, ...(await audited(transport)) }).toEqual({
    requested: 100,
    approved: counts.ann,
    rejected: counts.bob,
  });
});
