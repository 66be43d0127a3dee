import { ApprovalGate } from "@attune/approvals";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport, type Transport } from "@attune/transport";
import { createMemoryTransport, MemoryStore } from "@attune/transport-memory";
import { loggerInto, onEveryStore, until } from "@attune-tools/every-store";
import { describe, expect, it, onTestFinished } from "vitest";
import { allFlags, madeWorkflow } from "./made-workflow.ts";

function people(transport: Transport): ApprovalGate {
  const gate = new ApprovalGate({ transport });
  onTestFinished(() => gate.close());
  return gate;
}

async function pending(gate: ApprovalGate) {
  await until("somebody asks", async () => (await gate.getPendingApprovals()).length > 0);
  return (await gate.getPendingApprovals())[0]!;
}

onEveryStore("a stage that needs approval", (store) => {
  it("waits for it, idle for monitors, and is run with what was approved", async () => {
    const transport = await store().open();
    const gate = people(transport);
    const workflow = madeWorkflow(
      [
        "plan",
        {
          name: "deploy",
          approval: { approvalType: "deploy", context: (input) => ({ plan: input as string[] }) },
        },
      ],
      {
        ...allFlags,
        transport,
        agentId: "deployer",
        work: { plan: () => ({ output: ["a", "b"] }), deploy: (input) => ({ output: { deployed: input } }) },
      },
    );
    const running = workflow.execute();
    const asked = await pending(gate);
    expect(asked).toMatchObject({
      approvalType: "deploy",
      agentId: "deployer",
      context: { plan: ["a", "b"] },
    });
    const monitor = new HeartbeatCoordinator({ transport });
    await until(
      "it says that it waits",
      async () => (await monitor.getAgentStatus("deployer"))?.status === "idle",
    );
    expect(await monitor.getAgentStatus("deployer")).toMatchObject({
      currentTask: "Waiting for approval: deploy",
      progress: 0.5,
    });
    await gate.respondToApproval(asked.requestId, { approved: true, responder: "ann" });
    expect(await running).toMatchObject({ success: true, output: { deployed: ["a", "b"] } });
    // What was put in its place is what is done.
    const again = workflow.execute();
    const second = await pending(gate);
    await gate.respondToApproval(second.requestId, {
      approved: true,
      responder: "ann",
      context: { plan: ["a"] },
    });
    expect(await again).toMatchObject({ output: { deployed: { plan: ["a"] } } });
  });

  it("that is not approved fails, with who and why, and is not run", async () => {
    const transport = await store().open();
    const gate = people(transport);
    let ran = false;
    const workflow = madeWorkflow([{ name: "deploy", approval: { timeoutMs: 60_000 } }], {
      ...allFlags,
      transport,
      work: {
        deploy: () => {
          ran = true;
          return { output: 1 };
        },
      },
    });
    const running = workflow.execute({ version: 7 });
    const asked = await pending(gate);
    expect(asked).toMatchObject({ approvalType: "made:deploy", context: { version: 7 } });
    await gate.respondToApproval(asked.requestId, {
      approved: false,
      responder: "ann",
      reason: "not on a Friday",
    });
    const result = await running;
    expect(result).toMatchObject({
      status: "failed",
      failedStage: "deploy",
      stages: [{ attempts: 0, tiers: [] }],
    });
    expect(result.error).toMatchObject({
      code: "ATTUNE_STAGE_NOT_APPROVED",
      message: expect.stringContaining("not on a Friday"),
      details: { approval: { approved: false, responder: "ann", state: "rejected" } },
    });
    expect(ran).toBe(false);
    const late = madeWorkflow([{ name: "deploy", approval: { timeoutMs: 30 } }], { transport });
    expect((await late.execute(1)).error).toMatchObject({
      code: "ATTUNE_STAGE_NOT_APPROVED",
      details: { approval: { state: "timeout" } },
    });
  });

  it("asks itself, too, and takes it back when it has to stop", async () => {
    const transport = await store().open();
    const gate = people(transport);
    const workflow = madeWorkflow(["work"], {
      transport,
      agentId: "worker",
      work: {
        work: async (input) => ({
          output: {
            ...(await workflow.requestApproval({ approvalType: "step", context: input })),
            respondedAt: null,
          },
        }),
      },
    });
    const running = workflow.execute("x");
    const asked = await pending(gate);
    await gate.respondToApproval(asked.requestId, { approved: true, responder: "ann" });
    expect(await running).toMatchObject({ output: { approved: true, context: "x" } });
    const controller = new AbortController();
    const stopped = workflow.execute("y", { signal: controller.signal });
    const second = await pending(gate);
    controller.abort();
    expect(await stopped).toMatchObject({ status: "cancelled" });
    await until(
      "it is taken back",
      async () => (await gate.getApproval(second.requestId))?.state === "cancelled",
    );
    // One that waits before its stage as well.
    const before = madeWorkflow([{ name: "a", approval: true }], { transport });
    const stop = new AbortController();
    const third = before.execute("z", { signal: stop.signal });
    const { requestId } = await pending(gate);
    stop.abort();
    expect(await third).toMatchObject({ status: "cancelled" });
    await until("it is taken back", async () => (await gate.getApproval(requestId))?.state === "cancelled");
  });
});

describe("without a store", () => {
  it("nothing is approved, and nothing hangs", async () => {
    const store = new MemoryStore();
    const transport = await createMemoryTransport({ store, logger: loggerInto([]) });
    onTestFinished(() => transport.close());
    store.simulateOutage();
    const workflow = madeWorkflow([{ name: "deploy", approval: true }], { transport });
    expect((await workflow.execute(1)).error).toMatchObject({
      code: "ATTUNE_STAGE_NOT_APPROVED",
      details: { approval: { responder: "system" } },
    });
  });

  it("what is to be approved has to be JSON", async () => {
    await using transport = await openTransport("memory:");
    const workflow = madeWorkflow([{ name: "deploy", approval: true }], { transport });
    expect((await workflow.execute(new Date())).error).toMatchObject({
      code: "ATTUNE_STAGE_FAILED",
      cause: { code: "ATTUNE_PAYLOAD_NOT_JSON" },
    });
    const throwing = madeWorkflow(
      [
        {
          name: "deploy",
          approval: {
            context: () => {
              throw new Error("cannot say");
            },
          },
        },
      ],
      { transport },
    );
    expect((await throwing.execute(1)).error).toMatchObject({
      code: "ATTUNE_STAGE_FAILED",
      cause: { message: "cannot say" },
    });
    for (const approval of [1, false, { approvalType: "" }, { context: 5 }]) {
      await expect(
        madeWorkflow([{ name: "a", approval: approval as never }], { transport }).execute(),
      ).rejects.toMatchObject({ code: "ATTUNE_WORKFLOW_INVALID" });
    }
  });

  it("a request outside of a stage needs an agent", async () => {
    await using transport = await openTransport("memory:");
    const request = { approvalType: "x", context: 1, timeoutMs: 20 };
    await expect(madeWorkflow(["a"], { transport }).requestApproval(request)).rejects.toMatchObject({
      code: "ATTUNE_WORKFLOW_STATE",
    });
    await using own = madeWorkflow(["a"], { transport, agentId: "me" });
    expect(await own.requestApproval(request)).toMatchObject({ approved: false, state: "timeout" });
  });
});
