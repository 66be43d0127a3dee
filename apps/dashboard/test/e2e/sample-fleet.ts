/** A fleet in the middle of its work: something for every view to show. */
import { ApprovalGate } from "@attune/approvals";
import { FeedbackLoop } from "@attune/feedback";
import { HeartbeatCoordinator } from "@attune/heartbeat";
import { CoordinationSignals } from "@attune/signals";
import { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";

export interface SampleFleetOptions {
  readonly transport: Transport;
  /** At least 12. Default 40. */
  readonly agents?: number;
  /** In the place of plain names, tasks, reasons: whatever a field can hold. */
  readonly text?: (plain: string) => string;
  /** Milliseconds between two things that happen. Default 0. */
  readonly paceMs?: number;
}

export interface SampleFleet extends AsyncDisposable {
  /** Lightly, until the fleet ends. */
  workOn(): void;
}

const workflows = ["code-review", "release", "triage", "nightly-audit"] as const;
const roles = ["Reviewer", "Releaser", "Sorter", "Auditor"] as const;
const stages = {
  "code-review": ["plan", "find-bugs", "summarise"],
  release: ["build", "test", "publish"],
  triage: ["read", "label", "answer"],
  "nightly-audit": ["collect", "compare", "report"],
} as const;
const tasks = {
  "code-review": ["reading the diff of orders.ts", "looking for races in the queue", "writing the summary"],
  release: ["building 2026.11.22", "running 412 tests", "waiting for approval to deploy"],
  triage: ["reading issue 4117", "looking for duplicates", "asking for a way to repeat it"],
  "nightly-audit": ["collecting licences", "comparing with last night", "writing the report"],
} as const;

/** The fleet ends when it is disposed of. */
export async function sampleFleet(options: SampleFleetOptions): Promise<SampleFleet> {
  const fleet = new Fleet(options);
  try {
    await fleet.rate();
    await fleet.startAgents();
    await fleet.work();
    await fleet.fail();
    await fleet.ask();
    await fleet.fallBehind();
  } catch (error) {
    await fleet[Symbol.asyncDispose]();
    throw error;
  }
  return fleet;
}

class Fleet implements SampleFleet {
  readonly #transport: Transport;
  readonly #text: (plain: string) => string;
  readonly #paceMs: number;
  readonly #count: number;
  readonly #streamer: EventStreamer;
  readonly #agents: HeartbeatCoordinator[] = [];
  readonly #ends: (() => unknown)[] = [];
  readonly #dice = dice();
  #step = 0;
  #isOver = false;

  constructor({ transport, agents = 40, text = (plain) => plain, paceMs = 0 }: SampleFleetOptions) {
    this.#transport = transport;
    this.#count = agents;
    this.#text = text;
    this.#paceMs = paceMs;
    this.#streamer = new EventStreamer({ transport });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const end of this.#ends.reverse()) await end();
  }

  workOn(): void {
    const working = (async () => {
      while (!this.#isOver) {
        await this.#happen();
        await pause(180);
      }
    })();
    this.#ends.push(() => working);
  }

  async rate(): Promise<void> {
    const feedback = new FeedbackLoop({ transport: this.#transport });
    const rate = async (
      workflow: string,
      stage: string,
      tier: Tier,
      [from, to]: readonly [number, number],
    ) => {
      for (let n = 0; n < 16; n++) {
        const score = from + ((to - from) * n) / 15 + (this.#dice() - 0.5) * 0.09;
        await feedback.recordFeedback({
          workflowName: this.#text(workflow),
          stageName: this.#text(stage),
          tier,
          qualityScore: Math.min(1, Math.max(0, score)),
        });
      }
    };
    await rate("code-review", "summarise", "cheap", [0.9, 0.95]);
    await rate("code-review", "find-bugs", "cheap", [0.72, 0.5]);
    await rate("code-review", "find-bugs", "capable", [0.85, 0.92]);
    await rate("triage", "label", "cheap", [0.78, 0.86]);
    await rate("triage", "answer", "capable", [0.88, 0.8]);
    await rate("nightly-audit", "report", "premium", [0.93, 0.97]);
    await feedback.close();
  }

  async startAgents(): Promise<void> {
    for (let n = 0; n < this.#count; n++) {
      const isLost = n === 14;
      const agent = new HeartbeatCoordinator({
        transport: this.#transport,
        enableStreaming: n < 12,
        // Of the one that is lost nobody is to wait for long.
        ...(isLost ? { ttlMs: 400 } : {}),
      });
      this.#agents.push(agent);
      this.#ends.push(() => agent.close());
      const workflow = this.#workflow(n);
      await agent.startHeartbeat(this.#id(n), {
        displayName: n % 3 === 0 ? this.#text(`${roles[n % 4]} ${n}`) : null,
        ...(n === 9 ? { progressTimeoutMs: 500 } : {}),
        metadata: {
          workflow: this.#text(workflow),
          model: this.#text(n % 2 === 0 ? "large" : "small"),
          attempt: 1 + (n % 3),
        },
      });
      if (n === 0) continue; // its work is told beat by beat
      await agent.beat({
        status: n % 7 === 0 ? "idle" : "running",
        progress: n === 9 ? 0.35 : Math.round(97 * this.#dice()) / 100,
        currentTask: this.#text(tasks[workflow][n % 3]!),
      });
      if (n % 9 === 8) await agent.stopHeartbeat(n % 2 === 0 ? "completed" : "failed");
      if (isLost) await agent.close();
    }
  }

  /** What happens in turns: builds, stages, beats, signals. */
  async work(): Promise<void> {
    for (let n = 0; n < 110; n++) await this.#happen();
  }

  async #happen(): Promise<void> {
    const n = this.#step++;
    if (this.#paceMs > 0) await pause(this.#paceMs * (0.3 + 1.4 * this.#dice()));
    if (n % 11 === 10) return this.#publishBuild(n);
    if (n % 4 === 1) return this.#publishStage(n);
    if (n % 4 === 3) return this.#beat(n);
    return this.#signal(n);
  }

  async #publishBuild(n: number): Promise<void> {
    const data = { commit: this.#text((0x9f3c + 977 * n).toString(16)), passed: 380 + (n % 33), failed: 0 };
    await this.#streamer.publishEvent("build_done", { ...data, notes: this.#text("all green") });
  }

  async #publishStage(n: number): Promise<void> {
    // The one that is shown by itself has every third of them.
    const agent = n % 3 === 0 ? 0 : Math.floor(this.#dice() * 8);
    const workflow = this.#workflow(agent);
    await this.#streamer.publishEvent("workflow_progress", {
      workflow: this.#text(workflow),
      stage: this.#text(
        stages[workflow][Math.min(2, Math.floor(3.6 * (1 - Math.exp(-(n + 10 * agent) / 200))))]!,
      ),
      progress: Math.round(100 * (1 - Math.exp(-n / 200))) / 100,
      agent_id: this.#id(agent),
      run_id: `run-${agent}`,
      status: n % 5 === 0 ? "completed" : "running",
    });
  }

  async #beat(n: number): Promise<void> {
    const agent = n % 8 === 3 ? 0 : 1 + Math.floor(this.#dice() * 6);
    const workflow = this.#workflow(agent);
    const share = 1 - Math.exp(-(n + 10 * agent) / 200);
    await this.#agents[agent]!.beat({
      progress: Math.round(share * 100) / 100,
      currentTask: this.#text(tasks[workflow][Math.min(2, Math.floor(share * 3.6))]!),
    });
  }

  /** Mostly within a workflow, and with those who are in the middle of it. */
  async #signal(n: number): Promise<void> {
    const from = Math.floor(this.#dice() * this.#dice() * 14);
    const signals = new CoordinationSignals({
      transport: this.#transport,
      agentId: this.#id(from),
      enableStreaming: true,
    });
    const payload = { note: this.#text("rebase first"), commit: this.#text((0x9f3c + 977 * n).toString(16)) };
    if (n % 26 === 4) {
      await signals.broadcast({ signalType: this.#text("go"), payload });
      return;
    }
    const within = (from + 4 * (1 + Math.floor(this.#dice() * 3))) % 16;
    const anybody = Math.floor(this.#dice() * 16);
    const target = [within, anybody][this.#dice() < 0.85 ? 0 : 1]! % this.#count;
    await signals.signal({
      signalType: this.#text(["done", "ready", "review", "abort"][(n * 7) % 9 === 0 ? 3 : n % 3]!),
      targetAgent: this.#id(target === from ? (from + 1) % this.#count : target),
      payload,
    });
  }

  async fail(): Promise<void> {
    const observer = new HeartbeatCoordinator({ transport: this.#transport });
    this.#ends.push(() => observer.close());
    // Tells of the one that is lost.
    const watching = (async () => {
      for await (const _ of observer.watchAgents({ intervalMs: 100 }));
    })();
    this.#ends.push(() => observer.close().then(() => watching));
    await this.#streamer.publishEvent("agent_error", {
      agent_id: this.#id(0),
      error_message: this.#text("the model answered nothing within 30 s, asked again"),
      error_type: this.#text("timeout"),
      severity: "warning",
    });
  }

  async ask(): Promise<void> {
    const clerk = new ApprovalGate({ transport: this.#transport });
    const ask = (
      agent: number,
      approvalType: string,
      requestId: string,
      context: object,
      more: { readonly requiredApprovals?: number; readonly timeoutMs?: number } = {},
    ) => {
      const gate = new ApprovalGate({ transport: this.#transport, agentId: this.#id(agent) });
      this.#ends.push(() => gate.close());
      void gate
        .requestApproval({ approvalType: this.#text(approvalType), requestId, context, ...more })
        .catch(() => undefined);
      return untilPending(clerk, requestId);
    };
    const deploy = (version: number, replicas: number) => ({
      environment: this.#text("production"),
      version: `2026.11.${version}`,
      replicas,
      steps: [this.#text("drain"), this.#text("migrate"), this.#text("switch")],
      notes: this.#text("Adds the index on orders.\nTakes about four minutes."),
    });
    await ask(1, "deploy", "deploy-21", deploy(21, 3));
    await clerk.respondToApproval("deploy-21", {
      approved: true,
      responder: this.#text("ann"),
      reason: this.#text("tests are green"),
    });
    await ask(1, "deploy", "deploy-22", deploy(22, 5), { timeoutMs: 840_000 });
    const files = { folder: this.#text("/var/cache/diffs"), files: 1204, megabytes: 318 };
    await ask(3, "delete_files", "delete-7", files, { requiredApprovals: 2, timeoutMs: 3_600_000 });
    await ask(0, "comment", "comment-4117", {
      pull_request: 4117,
      text: this.#text("Two races, see below."),
    });
    await clerk.close();
  }

  /** A group that has taken one event, and waits with the rest. */
  async fallBehind(): Promise<void> {
    const group = this.#streamer.consumeGroup({
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

  #id(n: number): string {
    return this.#text(`${workflows[n % 4]}-${String(n).padStart(2, "0")}`);
  }

  #workflow(n: number): (typeof workflows)[number] {
    return workflows[n % 4]!;
  }
}

type Tier = "cheap" | "capable" | "premium";

async function untilPending(gate: ApprovalGate, requestId: string): Promise<void> {
  while ((await gate.getApproval(requestId))?.state !== "pending") await pause(10);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The same numbers each time, from 0 to 1. */
function dice(): () => number {
  let state = 20_261_122;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
