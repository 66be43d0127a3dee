/** A fleet in the middle of its work: something for every view to show. */
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import { onTestFinished } from "vitest";

const tasks = [
  "reading the diff",
  "running the tests",
  "writing the summary",
  "waiting for a reviewer",
  "checking licences",
];
const workflows = ["code-review", "release", "triage", "nightly-audit"];

export interface SampleFleetOptions {
  readonly transport: Transport;
  /** Default 40. */
  readonly agents?: number;
  /** In the place of plain names, tasks, reasons: whatever a field can hold. */
  readonly text?: (plain: string) => string;
}

/** Ends with the test. */
export async function sampleFleet({
  transport,
  agents = 40,
  text = (plain) => plain,
}: SampleFleetOptions): Promise<void> {
  const streamer = new EventStreamer({ transport });
  const ids = Array.from({ length: agents }, (_, n) =>
    text(`${workflows[n % 4]}-${String(n).padStart(2, "0")}`),
  );
  for (const [n, agentId] of ids.entries()) {
    const agent = new HeartbeatCoordinator({ transport, enableStreaming: n < 8 });
    onTestFinished(() => agent.close());
    const workflow = text(workflows[n % 4]!);
    await agent.startHeartbeat(agentId, {
      displayName: n % 3 === 0 ? text(`Worker ${n}`) : null,
      metadata: { workflow, model: text(n % 2 === 0 ? "large" : "small"), attempt: 1 + (n % 3) },
    });
    const status = n % 7 === 0 ? "idle" : "running";
    await agent.beat({ status, progress: ((n * 37) % 100) / 100, currentTask: text(tasks[n % 5]!) });
    if (n % 9 === 8) await agent.stopHeartbeat(n % 2 === 0 ? "completed" : "failed");
  }
  for (let n = 0; n < 60; n++) {
    const from = ids[(n * 5) % 12]!;
    const signals = new CoordinationSignals({ transport, agentId: from, enableStreaming: true });
    const payload = { note: text("rebase first"), n };
    if (n % 10 === 9) await signals.broadcast({ signalType: text("go"), payload });
    else {
      const signalType = text(["done", "ready", "review", "abort"][n % 4]!);
      await signals.signal({ signalType, targetAgent: ids[(n * 7 + 1) % 12]!, payload });
    }
  }
  for (let n = 0; n < 30; n++) {
    await streamer.publishEvent("workflow_progress", {
      workflow: text(workflows[n % 4]!),
      stage: text(["plan", "work", "report"][n % 3]!),
      progress: (n % 10) / 10,
      agent_id: ids[n % 8]!,
      run_id: `run-${n % 8}`,
      status: "running",
    });
    await streamer.publishEvent("build_done", {
      commit: text("9f3c"),
      passed: 100 + n,
      notes: text("all green"),
    });
  }
  await streamer.publishEvent("agent_error", {
    agent_id: ids[3]!,
    error_message: text("the model answered nothing within 30 s"),
    error_type: text("timeout"),
    severity: "error",
  });
  await approvals(transport, ids, text);
  await ratings(transport, text);
  await lag(streamer);
}

async function approvals(transport: Transport, ids: readonly string[], text: (plain: string) => string) {
  const asker = new ApprovalGate({ transport, agentId: ids[1]! });
  onTestFinished(() => asker.close());
  const clerk = new ApprovalGate({ transport });
  const deploy = (version: number, replicas: number) => ({
    environment: text("production"),
    version: `2026.11.${version}`,
    replicas,
    steps: [text("drain"), text("migrate"), text("switch")],
    notes: text("Adds the index on orders.\nTakes about four minutes."),
  });
  const ask = (approvalType: string, requestId: string, context: ReturnType<typeof deploy>, more = {}) =>
    void asker.requestApproval({ approvalType: text(approvalType), requestId, context, ...more });
  ask("deploy", "deploy-21", deploy(21, 3));
  await untilPending(clerk, "deploy-21");
  await clerk.respondToApproval("deploy-21", {
    approved: true,
    responder: text("ann"),
    reason: text("tests are green"),
  });
  ask("deploy", "deploy-22", deploy(22, 5), { timeoutMs: 840_000 });
  ask("delete_files", "delete-7", deploy(7, 1), { requiredApprovals: 2, timeoutMs: 3_600_000 });
  await untilPending(clerk, "deploy-22");
  await untilPending(clerk, "delete-7");
}

async function untilPending(gate: ApprovalGate, requestId: string): Promise<void> {
  while ((await gate.getApproval(requestId))?.state !== "pending") {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function ratings(transport: Transport, text: (plain: string) => string): Promise<void> {
  const feedback = new FeedbackLoop({ transport });
  const rate = async (stage: string, tier: "cheap" | "capable", from: number, to: number) => {
    for (let n = 0; n < 16; n++) {
      const qualityScore = Math.min(1, Math.max(0, from + ((to - from) * n) / 15 + ((n % 3) - 1) * 0.02));
      await feedback.recordFeedback({
        workflowName: text("code-review"),
        stageName: text(stage),
        tier,
        qualityScore,
      });
    }
  };
  await rate("summarise", "cheap", 0.9, 0.95);
  await rate("find-bugs", "cheap", 0.7, 0.5);
  await rate("find-bugs", "capable", 0.85, 0.9);
  await feedback.close();
}

/** A group that has taken one event, and waits with the rest. */
async function lag(streamer: EventStreamer): Promise<void> {
  const group = streamer.consumeGroup({
    group: "indexer",
    consumer: "one",
    eventTypes: ["build_done"],
    autoAck: false,
  });
  for await (const event of group) {
    await event.ack();
    break;
  }
}
