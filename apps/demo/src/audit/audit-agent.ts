/** One agent of the audit as a workflow: it waits for the start, measures, meets the others at the checkpoint, and reports. */
import type { FeedbackLoop } from "@attune/feedback";
import type { EventStreamer } from "@attune/streams";
import type { Transport } from "@attune/transport";
import {
  BaseWorkflow,
  ModelTier,
  type StageEntry,
  type StageReturn,
  type UnfinishedWorkflow,
  type WorkflowContext,
} from "@attune/workflow";
import type { AgentIds } from "../agent-ids.ts";
import type { Agent, AgentReport } from "../agents/agent.ts";
import { AgentPublisher } from "../agents/agent-publisher.ts";
import { shortened } from "../agents/shortened.ts";
import { surveyorId } from "../agents/surveyor.ts";
import type { TreeFile } from "../tree/walk-tree.ts";
import { allFlags } from "../workflows/all-flags.ts";
import { measureStage, qualityOf } from "./audit-quality.ts";
import {
  auditCoordination,
  auditor,
  type DoneSummary,
  doneSignal,
  type Failure,
  failedSignal,
  goSignal,
  measuredSignal,
  startSignal,
  wordTtlMs,
} from "./audit-signals.ts";

export interface AuditAgentSetup {
  readonly agent: Agent;
  readonly ids: AgentIds;
  readonly transport: Transport;
  readonly streamer: EventStreamer;
  /** Told how good the measuring was. */
  readonly feedback: FeedbackLoop;
  /** What it is to measure; waited for once it was told to start. */
  readonly files: Promise<readonly TreeFile[]>;
  /** The store has been away for so long that no signal is to be expected. */
  readonly away: AbortSignal;
}

type Stage = "start" | "measure" | "checkpoint" | "report";

/** Where an agent stopped that was cancelled between two stages, or before the first. */
const nowhere = "none";

export class AuditAgent extends BaseWorkflow<undefined, AgentReport> {
  override readonly name: string;
  override readonly stages: readonly StageEntry[];
  override readonly tierMap: Readonly<Record<string, ModelTier>>;
  readonly #setup: AuditAgentSetup;
  readonly #auditorId: string;
  readonly #publisher: AgentPublisher;
  #startedAt: number | undefined;

  constructor(setup: AuditAgentSetup) {
    const { agent, ids, transport, streamer, feedback } = setup;
    const agentId = ids.idOf(agent.id);
    super({ ...allFlags(transport, agentId), ...auditCoordination, tierPolicy: feedback });
    this.#setup = setup;
    this.#auditorId = ids.idOf(auditor);
    this.#publisher = new AgentPublisher({ streamer, runId: ids.run, agentId });
    this.name = agent.id;
    // The surveyor works before all others: it has nobody to meet.
    const meets = agent.id !== surveyorId;
    const measure = { name: "measure", ...(agent.retry ? { retry: agent.retry } : {}) };
    this.stages = ["start", measure, ...(meets ? ["checkpoint"] : []), "report"];
    this.tierMap = {
      start: ModelTier.CHEAP,
      measure: ModelTier.CHEAP,
      ...(meets ? { checkpoint: ModelTier.CHEAP } : {}),
      report: ModelTier.CAPABLE,
    };
  }

  /** Runs it. Whatever becomes of it, the auditor hears of it, if the store is there. */
  async live(stopped: AbortSignal): Promise<void> {
    const result = await this.execute(undefined, { runId: this.#setup.ids.run, signal: stopped });
    if (!result.success) await this.#tellAuditor(failedSignal, this.#failureOf(result));
  }

  override async runStage(
    stage: Stage,
    _tier: ModelTier,
    input: unknown,
    context: WorkflowContext,
  ): Promise<StageReturn> {
    switch (stage) {
      case "start":
        await this.#heard(startSignal, context);
        this.#startedAt = performance.now();
        return { output: null };
      case "measure":
        return { output: await this.#measure(context) };
      case "checkpoint":
        await this.#say(measuredSignal, null);
        await this.#heard(goSignal, context);
        return { output: input };
      case "report":
        return { output: await this.#report(input as AgentReport) };
    }
  }

  /** Which part of the files could be read. */
  override async quality(stage: string): Promise<number | null> {
    if (stage !== measureStage) return null;
    return qualityOf((await this.#setup.files).length, this.#publisher.fileErrors);
  }

  async #measure(context: WorkflowContext): Promise<AgentReport> {
    const { agent, files } = this.#setup;
    const { signal } = context;
    return agent.run({
      files: await files,
      publisher: this.#publisher,
      signal,
      progress: (fraction, task) => context.reportProgress(Math.min(1, fraction), shortened(task, 300)),
    });
  }

  async #report(report: AgentReport): Promise<AgentReport> {
    const publisher = this.#publisher;
    await publisher.report(report);
    const { headline, totals, ranking } = report;
    const done: DoneSummary = {
      ...this.#facts(0),
      headline,
      totals: { ...totals },
      ranking: ranking.map((item) => ({ ...item, name: shortened(item.name, 300) })),
      found: publisher.found,
      unreadable: publisher.fileErrors,
    };
    await this.#say(doneSignal, done);
    return report;
  }

  /** Waits for a signal of the auditor. */
  async #heard(signalType: string, { signal: ending }: WorkflowContext): Promise<void> {
    const signal = await this.waitForSignal({
      signalType,
      sourceAgent: this.#auditorId,
      timeoutMs: Number.POSITIVE_INFINITY,
      signal: this.#setup.away,
    });
    ending.throwIfAborted();
    if (!signal) throw new Error(`the auditor's signal ${signalType} did not come: the store is away`);
  }

  async #say(signalType: string, payload: unknown): Promise<void> {
    if (await this.#tellAuditor(signalType, payload)) return;
    throw new Error(`the signal ${signalType} could not be sent to the auditor`);
  }

  async #tellAuditor(signalType: string, payload: unknown): Promise<boolean> {
    const request = { signalType, targetAgent: this.#auditorId, payload, ttlMs: wordTtlMs };
    return (await this.sendSignal(request)) !== "";
  }

  #failureOf({ status, stages, tokens, error }: UnfinishedWorkflow): Failure {
    const last = stages.at(-1);
    const reason = status === "failed" && error.cause !== undefined ? error.cause : error;
    return {
      ...this.#facts(tokens.total),
      status,
      stage: last?.name ?? nowhere,
      attempts: last?.attempts ?? 0,
      reason: shortened(reason instanceof Error ? reason.message : String(reason), 500),
    };
  }

  #facts(tokens: number): Pick<DoneSummary, "duration_ms" | "tokens"> {
    const since = this.#startedAt;
    return { duration_ms: since === undefined ? 0 : Math.round(performance.now() - since), tokens };
  }
}
