/** `BaseWorkflow`: stages one after another; with three flags the run is visible, reachable and abortable. */
import type { ApprovalResponse } from "@attune/approvals";
import type {
  Barrier,
  CheckOptions,
  CoordinationSignal,
  SignalSelector,
  WaitForSignalOptions,
  WaitOptions,
} from "@attune/signals";
import { AttuneError, checkName, randomToken } from "@attune/transport";
import { AgentApprovals, type ApprovalOfStage } from "./coordination/agent-approvals.ts";
import { AgentCoordination } from "./coordination/agent-coordination.ts";
import { AgentSignals, type SignalToSend } from "./coordination/agent-signals.ts";
import { Cancellation } from "./engine/cancellation.ts";
import { contextOf, inStage } from "./engine/stage-scope.ts";
import { TierLoop } from "./engine/tier-loop.ts";
import { WorkflowRun } from "./engine/workflow-run.ts";
import { checkExecuteOptions, type ExecuteArguments, type ExecuteOptions } from "./execute-options.ts";
import type { ModelTier } from "./model-tier.ts";
import type { LastWord } from "./reporting/last-word.ts";
import { silentReport } from "./reporting/run-report.ts";
import { StoreReport } from "./reporting/store-report.ts";
import type { StageEntry, StageReturn } from "./stage.ts";
import type { WorkflowContext } from "./workflow-context.ts";
import { type CheckedOptions, checkOptions, type WorkflowOptions } from "./workflow-options.ts";
import { planOf, type WorkflowPlan } from "./workflow-plan.ts";
import type { WorkflowResult } from "./workflow-result.ts";
import { WorkflowStore } from "./workflow-store.ts";

/** A run whose arguments are checked and whose agent is reserved, not begun yet. */
export interface PreparedRun<Output> {
  start(): Promise<WorkflowResult<Output>>;
  /** It will not be started. */
  drop(): void;
}

interface RunningRun {
  readonly cancellation: Cancellation;
  over: Promise<unknown> | undefined;
}

/** For `runAll`, which checks all of its workflows before it starts one. */
export let prepareRun: <Input, Output>(
  workflow: BaseWorkflow<Input, Output>,
  input: Input,
  options: ExecuteOptions,
) => PreparedRun<Output>;

/** Whether it is one of this copy of the package, and no Proxy of one. */
export let isWorkflow: (value: unknown) => boolean;

/**
 * Subclass it with `name`, `stages`, `tierMap` and `runStage`. One instance may be executed again and again, and, without
 * a fixed `agentId`, several times at once.
 */
export abstract class BaseWorkflow<Input = unknown, Output = unknown> implements AsyncDisposable {
  /** Any non-empty text; with a run's id at most 255 bytes in UTF-8. */
  abstract readonly name: string;
  /** At least one; the names different. */
  abstract readonly stages: readonly StageEntry[];
  /** The tier of each stage by name; one that is left out is `capable`. */
  readonly tierMap: Readonly<Record<string, ModelTier>> = {};

  readonly #options: CheckedOptions;
  readonly #store: WorkflowStore;
  /** By agent. */
  readonly #running = new Map<string, RunningRun>();
  /** Of the one agent that all runs are, if there is one: also for signals between its runs. */
  readonly #ownCoordination: AgentCoordination | undefined;
  readonly #ownApprovals: AgentApprovals | undefined;
  /** With a tier policy: what each stage was last given. */
  readonly #tiers = new Map<string, ModelTier>();
  /** Of runs that ended while the store was away. */
  readonly #lastWords = new Set<LastWord>();
  #closing: Promise<void> | undefined;

  static {
    prepareRun = (workflow, input, options) => workflow.#prepare(input, options);
    isWorkflow = (value) => typeof value === "object" && value !== null && #running in value;
  }

  /** Throws `ATTUNE_ARGUMENT_INVALID` for an option out of its bounds. */
  constructor(options: WorkflowOptions = {}) {
    this.#options = checkOptions(options);
    const { transport, logger, agentId } = this.#options;
    this.#store = new WorkflowStore({ transport, logger });
    if (agentId !== undefined) {
      this.#ownCoordination = new AgentCoordination(this.#store, agentId, this.#options);
      this.#ownApprovals = new AgentApprovals(this.#store, agentId);
    }
  }

  /**
   * Does the work of a stage. `input` is the output of the step before; of the first one what `execute` was given. What it
   * throws fails the stage and is kept as the error's `cause`. May be narrowed: `runStage(stage: "plan" | "write", …)`.
   */
  abstract runStage(
    stageName: string,
    tier: ModelTier,
    input: unknown,
    context: WorkflowContext,
  ): StageReturn | Promise<StageReturn>;

  /**
   * Runs all stages. Resolves however the stages end: see `success`, `status` and `error` of the result.
   *
   * Rejects, before any stage is run, with `ATTUNE_WORKFLOW_INVALID` for a definition that cannot be run, with
   * `ATTUNE_WORKFLOW_STATE` after `close()` and while a run of the same agent is on, and with `ATTUNE_ARGUMENT_INVALID`.
   */
  async execute(...[input, options = {}]: ExecuteArguments<Input>): Promise<WorkflowResult<Output>> {
    return this.#prepare(input as Input, options).start();
  }

  /** In a stage: see `WorkflowContext.sendSignal`. Outside of one only with a fixed `agentId`, else `ATTUNE_WORKFLOW_STATE`. */
  async sendSignal(request: SignalToSend): Promise<string> {
    return this.#signals().sendSignal(request);
  }

  /** See `sendSignal`, and `WorkflowContext.waitForSignal`. */
  async waitForSignal(options?: WaitForSignalOptions): Promise<CoordinationSignal | null> {
    return this.#signals().waitForSignal(options);
  }

  /** See `sendSignal`, and `WorkflowContext.checkSignal`. */
  async checkSignal(options?: CheckOptions): Promise<CoordinationSignal | null> {
    return this.#signals().checkSignal(options);
  }

  /** See `sendSignal`, and `WorkflowContext.requestApproval`. With or without coordination. */
  async requestApproval(request: ApprovalOfStage): Promise<ApprovalResponse> {
    const context = contextOf(this);
    if (context) return context.requestApproval(request);
    if (this.#closing) throw stateError(`The workflow ${String(this.name)} is closed.`);
    if (this.#ownApprovals) return this.#ownApprovals.request(request);
    throw outsideError("Approvals");
  }

  /**
   * How good the output of a stage is, from 0 to 1; `null`: it cannot be said. With a `tierPolicy` it is asked after each stage
   * that is done, beside what comes next. Override it: this one says nothing of any.
   */
  quality(_stageName: string, _output: unknown, _tier: ModelTier): number | null | Promise<number | null> {
    return null;
  }

  /** See `sendSignal`, and `WorkflowContext.waitForAny`. */
  async waitForAny(
    selectors: readonly SignalSelector[],
    options?: WaitOptions,
  ): Promise<CoordinationSignal | null> {
    return this.#signals().waitForAny(selectors, options);
  }

  /** See `sendSignal`, and `WorkflowContext.waitForAll`. */
  async waitForAll(barrier: Barrier): Promise<CoordinationSignal[] | null> {
    return this.#signals().waitForAll(barrier);
  }

  /**
   * Cancels what runs, waits for it, and leaves nothing behind; the transport stays open. Only needed to end runs, and
   * after an outage that outlasted one. Safe to call twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    for (const { cancellation } of this.#running.values()) cancellation.byClosing();
    await Promise.all([...this.#running.values()].map(({ over }) => over));
    await Promise.all([...this.#lastWords].map((lastWord) => lastWord.close()));
    this.#lastWords.clear();
    await this.#ownCoordination?.close();
    await this.#ownApprovals?.close();
  }

  #keep(lastWord: LastWord): void {
    for (const earlier of this.#lastWords) if (earlier.said) this.#lastWords.delete(earlier);
    this.#lastWords.add(lastWord);
  }

  #prepare(input: Input, options: ExecuteOptions): PreparedRun<Output> {
    if (this.#closing) throw stateError(`The workflow ${String(this.name)} is closed.`);
    const plan = planOf(this);
    const { signal, runId = randomToken() } = checkExecuteOptions(options);
    checkName("runId", runId);
    const agentId = checkName("agentId", this.#options.agentId ?? `${plan.name}-${runId}`);
    if (this.#running.has(agentId)) {
      throw stateError(
        `The workflow ${JSON.stringify(plan.name)} has a run as agent ${JSON.stringify(agentId)} already: await it, use another instance with another agentId, or leave out agentId and runId.`,
      );
    }
    const who = `Run ${JSON.stringify(runId)} of workflow ${JSON.stringify(plan.name)}`;
    const cancellation = new Cancellation(who, signal);
    const running: RunningRun = { cancellation, over: undefined };
    this.#running.set(agentId, running);
    const drop = () => {
      cancellation.close();
      this.#running.delete(agentId);
    };
    return {
      start: () => {
        const result = this.#run({ plan, agentId, runId, input, cancellation }).finally(drop);
        running.over = result.catch(() => {}); // told to whoever executes
        return result as Promise<WorkflowResult<Output>>;
      },
      drop,
    };
  }

  async #run(run: {
    readonly plan: WorkflowPlan;
    readonly agentId: string;
    readonly runId: string;
    readonly input: unknown;
    readonly cancellation: Cancellation;
  }): Promise<WorkflowResult> {
    const { plan, agentId, runId, cancellation } = run;
    const options = this.#options;
    const { enableHeartbeatTracking, enableStreaming } = options;
    const report =
      (enableHeartbeatTracking || enableStreaming) && !this.#closing
        ? new StoreReport({
            store: this.#store,
            plan,
            options,
            agentId,
            runId,
            onUntold: (lastWord) => this.#keep(lastWord),
          })
        : silentReport;
    const coordination = this.#ownCoordination ?? new AgentCoordination(this.#store, agentId, options);
    const approvals = this.#ownApprovals ?? new AgentApprovals(this.#store, agentId);
    const over = new AbortController();
    const watching = coordination.watch(cancellation, runId, over.signal);
    const result = await new WorkflowRun({
      ...run,
      clock: this.#store.clock,
      logger: this.#store.logger,
      contextLogger: this.#store.givenLogger,
      graceMs: options.abortGraceMs,
      prices: options.prices,
      report,
      signals: coordination.source,
      approve: (request, signal) => approvals.request({ ...request, signal }),
      tierLoop: new TierLoop({
        policy: options.tierPolicy,
        workflow: plan.name,
        runId,
        agentId,
        clock: this.#store.clock,
        logger: this.#store.logger,
        quality: (stageName, output, tier) => this.quality(stageName, output, tier),
        tiers: this.#tiers,
      }),
      onSignal: (signal) => coordination.taken(signal, cancellation, runId),
      work: (input, context) =>
        inStage(this, context, () => this.runStage(context.stage, context.tier, input, context)),
    }).result();
    over.abort();
    await report.end(result);
    await watching;
    if (coordination !== this.#ownCoordination) await coordination.close();
    if (approvals !== this.#ownApprovals) await approvals.close();
    return result;
  }

  /** Of the run whose stage calls; outside of stages those of the one agent that all runs are. */
  #signals(): Pick<
    WorkflowContext,
    "sendSignal" | "waitForSignal" | "checkSignal" | "waitForAny" | "waitForAll"
  > {
    const context = contextOf(this);
    if (context) return context;
    if (!this.#options.enableCoordination) return new AgentSignals(() => undefined);
    if (this.#closing) throw stateError(`The workflow ${String(this.name)} is closed.`);
    if (this.#ownCoordination) return new AgentSignals(this.#ownCoordination.source);
    throw outsideError("Signals");
  }
}

function outsideError(what: string): AttuneError {
  return stateError(
    `${what} outside of a stage need an agent whose they are: give the workflow an agentId, or call it in a stage.`,
  );
}

function stateError(message: string): AttuneError {
  return new AttuneError("ATTUNE_WORKFLOW_STATE", message);
}
