/**
 * The orchestrator of an audit as a workflow: it starts the agents, meets them at a checkpoint, collects what they say, asks
 * whether the report may be written, and writes it.
 */
import { createHash } from "node:crypto";
import type { ApprovalGate } from "@attune/approvals";
import type { Transport } from "@attune/transport";
import { BaseWorkflow, ModelTier, type StageReturn, type WorkflowContext } from "@attune/workflow";
import type { AgentIds } from "../agent-ids.ts";
import { surveyorId } from "../agents/surveyor.ts";
import { counted } from "../agents/wording.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { approvalSection, auditReportText } from "./audit-report-text.ts";
import {
  type AgentOutcome,
  abortSignal,
  auditCoordination,
  auditor,
  goSignal,
  startSignal,
} from "./audit-signals.ts";
import type { ReportFile } from "./report-file.ts";
import { type ReportApproval, type ReportRequest, toReportApproval, writeReport } from "./report-request.ts";
import { type AwaitedAgent, RollCall } from "./roll-call.ts";

export interface AuditedAgent extends AwaitedAgent {
  readonly task: string;
  readonly meantToFail: boolean;
}

export interface AuditorSetup {
  readonly transport: Transport;
  readonly ids: AgentIds;
  readonly root: string;
  /** The surveyor is one of them. */
  readonly agents: readonly AuditedAgent[];
  /** What the surveyor has found. Rejects when it is gone. */
  readonly survey: Promise<readonly TreeFile[]>;
  /** Gives the agents their files. These go another way than the signals, since the list is long. */
  readonly handOut: (files: readonly TreeFile[]) => void;
  readonly report: ReportFile;
  /** The auditor's own. */
  readonly gate: ApprovalGate;
  readonly asked: AskedReviewer;
  /** The store has been away for so long that no answer is to be expected. */
  readonly away: AbortSignal;
}

/** Who is asked before the report is written. */
export interface AskedReviewer {
  readonly name: string;
  /** As whom it answers; others may not. `null`: anybody may. */
  readonly responder: string | null;
  readonly answerMs: number;
}

/** The file of the report; `null`: it was not approved, and there is none. */
export type AuditorOutput = { readonly file: string | null; readonly approval: ReportApproval };

type Stage = "survey" | "start" | "checkpoint" | "collect" | "approve" | "report";

export class Auditor extends BaseWorkflow<undefined, AuditorOutput> {
  override readonly name = auditor;
  override readonly stages = ["survey", "start", "checkpoint", "collect", "approve", "report"];
  override readonly tierMap = {
    survey: ModelTier.CHEAP,
    start: ModelTier.CHEAP,
    checkpoint: ModelTier.CHEAP,
    collect: ModelTier.CHEAP,
    approve: ModelTier.CHEAP,
    report: ModelTier.CAPABLE,
  };
  readonly #setup: AuditorSetup;
  readonly #rollCall: RollCall;
  readonly #names: readonly string[];
  readonly #startedAt = new Date();
  /** What is to be approved, and nothing else is written. */
  #text = "";

  constructor(setup: AuditorSetup) {
    const { transport, ids, agents } = setup;
    super({ ...allFlags(transport, ids.idOf(auditor)), ...auditCoordination });
    this.#setup = setup;
    this.#rollCall = new RollCall(ids, agents);
    this.#names = agents.map(({ name }) => name);
  }

  /** By name: how those have ended who have. */
  get outcomes(): ReadonlyMap<string, AgentOutcome> {
    return this.#rollCall.outcomes;
  }

  override async runStage(
    stage: Stage,
    _tier: ModelTier,
    input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    switch (stage) {
      case "survey":
        return { output: await this.#survey(context) };
      case "start":
        this.#setup.handOut(await this.#setup.survey);
        await this.#send(startSignal);
        return { output: this.#fleet };
      case "checkpoint":
        await this.#rollCall.meet(this, this.#fleet, this.#listening(context));
        await this.#send(goSignal);
        return { output: this.#fleet.filter((name) => !this.outcomes.has(name)) };
      case "collect":
        await this.#rollCall.collect(this, this.#names, this.#listening(context));
        return { output: Object.fromEntries(this.outcomes) };
      case "approve":
        return { output: await this.#approve(context) };
      case "report":
        return { output: await this.#report(input as ReportApproval) };
    }
  }

  /** Tells all agents of this run to stop. False: it could not be told. */
  async abortAll(reason: string): Promise<boolean> {
    // With the run's id: on a shared store the agents of other runs are not meant.
    const payload = { reason, run_id: this.#setup.ids.run };
    return (await this.sendSignal({ signalType: abortSignal, payload })) !== "";
  }

  /** After a run that has not completed: waits for how those ended who have not been heard yet. */
  hearTheRest(): Promise<void> {
    return this.#rollCall.collect(this, this.#names);
  }

  get #fleet(): readonly string[] {
    return this.#names.filter((name) => name !== surveyorId);
  }

  /** Resolves with the number of files. */
  async #survey(context: WorkflowContext): Promise<number> {
    await this.#send(startSignal, surveyorId);
    await this.#rollCall.collect(this, [surveyorId], this.#listening(context));
    const outcome = this.outcomes.get(surveyorId)!;
    if (outcome.ending === "done") return (await this.#setup.survey).length;
    const why = "reason" in outcome ? `: ${outcome.reason}` : "";
    throw new Error(`there is no survey, the surveyor ended as ${outcome.ending}${why}`);
  }

  /** Asks for the report as it is, and waits for the answer. */
  async #approve(context: WorkflowContext): Promise<ReportApproval> {
    const { signal } = context;
    const { root, ids, agents, gate, asked, away } = this.#setup;
    const rows = agents.map((agent) => ({ ...agent, outcome: this.outcomes.get(agent.name)! }));
    const facts = { root, runId: ids.run, startedAt: this.#startedAt, writtenAt: new Date() };
    this.#text = auditReportText(facts, rows);
    context.reportProgress(0, `waiting for ${asked.name}`);
    const response = await gate.requestApproval({
      approvalType: writeReport,
      context: this.#request(),
      timeoutMs: asked.answerMs,
      ...(asked.responder === null ? {} : { allowedResponders: [asked.responder] }),
      requireDigest: true,
      signal: AbortSignal.any([signal, away]),
    });
    signal.throwIfAborted();
    if (response.edited) throw new Error("the report was approved with changes, which it cannot make");
    return toReportApproval(response, ids);
  }

  #request(): ReportRequest {
    const { agents, report } = this.#setup;
    const ended = agents.map(({ name, meantToFail }) => ({
      name,
      ended: this.outcomes.get(name)!.ending,
      meant_to_fail: meantToFail,
    }));
    const failures = [...this.outcomes].flatMap(([name, outcome]) =>
      "reason" in outcome ? [{ name, reason: outcome.reason }] : [],
    );
    const sha256 = createHash("sha256").update(this.#text).digest("hex");
    return { file: report.path, bytes: Buffer.byteLength(this.#text), sha256, agents: ended, failures };
  }

  async #report(approval: ReportApproval): Promise<AuditorOutput> {
    if (!approval.approved) return { file: null, approval };
    const text = `${this.#text}${approvalSection(approval)}`;
    return { file: await this.#setup.report.write(text), approval };
  }

  async #send(signalType: string, name?: string): Promise<void> {
    const targetAgent = name === undefined ? null : this.#setup.ids.idOf(name);
    if ((await this.sendSignal({ signalType, targetAgent })) !== "") return;
    throw new Error(`the signal ${signalType} could not be sent`);
  }

  #listening(context: WorkflowContext) {
    const { signal: ending } = context;
    let all: number | undefined;
    const onOpen = (names: readonly string[]) => {
      all ??= names.length;
      const who = names.length > 3 ? counted(names.length, "agent") : names.join(", ");
      context.reportProgress(1 - names.length / all, `waiting for ${who}`);
    };
    return { ending, onOpen };
  }
}
