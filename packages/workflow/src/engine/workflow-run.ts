/** One run of a workflow: its steps one after another, each with what the one before gave, until the first that fails. */
import type { CoordinationSignal } from "@attune/signals";
import { type Clock, type Logger, maxNameBytes } from "@attune/transport";
import type { SignalSource } from "../coordination/agent-signals.ts";
import type { RunReport } from "../reporting/run-report.ts";
import { type PriceTable, usageOf } from "../usage.ts";
import type { PlannedStage, PlannedStep, WorkflowPlan } from "../workflow-plan.ts";
import type { StageResult, WorkflowResult } from "../workflow-result.ts";
import type { Cancellation } from "./cancellation.ts";
import { runStage } from "./run-stage.ts";
import { StageContext, type StageContextSetup } from "./stage-context.ts";
import type { TierLoop } from "./tier-loop.ts";

export interface RunSetup {
  readonly plan: WorkflowPlan;
  readonly agentId: string;
  readonly runId: string;
  readonly input: unknown;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly graceMs: number;
  readonly prices: PriceTable;
  readonly cancellation: Cancellation;
  readonly report: RunReport;
  readonly signals: SignalSource;
  /** A stage has taken a signal. */
  readonly onSignal: (signal: CoordinationSignal) => void;
  /** For what is wrong with the author's code; `contextLogger` is for that code. */
  readonly contextLogger: Logger;
  readonly approve: StageContextSetup["approve"];
  readonly tierLoop: TierLoop;
  /** Runs the author's code. */
  readonly work: (input: unknown, context: StageContext) => unknown;
}

export class WorkflowRun {
  readonly #setup: RunSetup;
  readonly #results: StageResult[] = [];
  /** By stage or group, frozen: stages look at it. Without a prototype: `__proto__` is a name like any other. */
  #outputs: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));
  /** The first that failed. */
  #failed: StageResult | undefined;

  constructor(setup: RunSetup) {
    this.#setup = setup;
  }

  /** Never rejects. That the run has ended is for the caller to report. */
  async result(): Promise<WorkflowResult> {
    const { clock, report, cancellation, plan } = this.#setup;
    const startedAt = new Date(clock.now());
    const start = clock.monotonic();
    report.begin();
    let output: unknown = this.#setup.input;
    for (const [index, step] of plan.steps.entries()) {
      if (cancellation.signal.aborted) break;
      const results = await this.#step(step, output, index > 0);
      this.#results.push(...results);
      if (this.#failed || results.some(({ status }) => status === "cancelled")) break;
      output = step.group === null ? results[0]!.output : byName(results);
      const name = step.group ?? results[0]!.name;
      this.#outputs = Object.freeze(Object.assign(Object.create(null), this.#outputs, { [name]: output }));
    }
    await this.#setup.tierLoop.settled();
    const facts = {
      workflow: plan.name,
      runId: this.#setup.runId,
      agentId: this.#setup.agentId,
      stages: this.#results,
      ...this.#used(),
      startedAt,
      completedAt: new Date(clock.now()),
      durationMs: clock.monotonic() - start,
    };
    return this.#ended(facts, output);
  }

  /** Once it is cancelled no stage fails any more: a failure came before. */
  #ended(
    facts: Omit<WorkflowResult, "success" | "status" | "output" | "failedStage" | "error">,
    output: unknown,
  ): WorkflowResult {
    const cancelled = this.#setup.cancellation.error;
    const failed = this.#failed;
    if (failed?.error) {
      return {
        ...facts,
        success: false,
        status: "failed",
        output: null,
        failedStage: failed.name,
        error: failed.error,
      };
    }
    if (cancelled) {
      return {
        ...facts,
        success: false,
        status: "cancelled",
        output: null,
        failedStage: null,
        error: cancelled,
      };
    }
    return { ...facts, success: true, status: "completed", output, failedStage: null, error: null };
  }

  async #step(step: PlannedStep, input: unknown, later: boolean): Promise<StageResult[]> {
    const previousOutput = later ? input : null;
    const { signal } = this.#setup.cancellation;
    if (step.group === null) return [await this.#stage(step.stages[0]!, input, previousOutput, signal)];
    // The first of a group that fails takes the others with it.
    const group = new AbortController();
    const end = () => group.abort(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
    const running = step.stages.map(async (stage) => {
      const result = await this.#stage(stage, input, previousOutput, group.signal);
      if (result.status === "failed") group.abort(result.error);
      return result;
    });
    const results = await Promise.all(running);
    signal.removeEventListener("abort", end);
    return results;
  }

  async #stage(
    stage: PlannedStage,
    input: unknown,
    previousOutput: unknown,
    ending: AbortSignal,
  ): Promise<StageResult> {
    const {
      plan,
      agentId,
      runId,
      clock,
      logger,
      contextLogger,
      graceMs,
      report,
      signals,
      work,
      approve,
      tierLoop,
    } = this.#setup;
    const result = await runStage({
      identity: { workflow: plan.name, runId, stage },
      input,
      clock,
      logger,
      graceMs,
      report,
      ending,
      tierLoop,
      approve: (context, signal) => {
        const { approvalType, context: _, ...approval } = stage.approval!;
        const type = approvalType ?? shortened(`${plan.name}:${stage.name}`);
        return approve({ ...approval, approvalType: type, context }, signal);
      },
      contextFor: (facts) =>
        new StageContext({
          ...facts,
          workflow: plan.name,
          agentId,
          runId,
          stage: stage.name,
          workflowInput: this.#setup.input,
          previousOutput,
          outputs: this.#outputs,
          logger: contextLogger,
          signals,
          onSignal: this.#setup.onSignal,
          approve,
        }),
      work,
    });
    if (result.status === "failed") this.#failed ??= result;
    return result;
  }

  #used(): Pick<WorkflowResult, "tokens" | "usage"> {
    const usage = usageOf(this.#results, this.#setup.prices);
    const { tokensIn, tokensOut, total } = usage;
    return { tokens: { tokensIn, tokensOut, total }, usage };
  }
}

/** To what a name may have, in bytes. */
function shortened(text: string): string {
  let short = text;
  while (Buffer.byteLength(short) > maxNameBytes) short = short.slice(0, -1).toWellFormed();
  return short;
}

function byName(results: readonly StageResult[]): Record<string, unknown> {
  return Object.fromEntries(results.map(({ name, output }) => [name, output]));
}
