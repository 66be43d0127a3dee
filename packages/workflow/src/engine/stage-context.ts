/** The context of one attempt at a stage. It ends with the attempt: whatever a stage does later reaches nobody. */
import type { ApprovalResponse } from "@attune/approvals";
import type {
  Barrier,
  CheckOptions,
  CoordinationSignal,
  SignalSelector,
  WaitForSignalOptions,
  WaitOptions,
} from "@attune/signals";
import { AttuneError, checkInteger, checkText, type Logger } from "@attune/transport";
import { type ApprovalOfStage, notApproved } from "../coordination/agent-approvals.ts";
import { AgentSignals, type SignalSource, type SignalToSend } from "../coordination/agent-signals.ts";
import type { ModelTier } from "../model-tier.ts";
import type { RecordedTokens, WorkflowContext } from "../workflow-context.ts";

export interface StageContextSetup
  extends Pick<
    WorkflowContext,
    | "workflow"
    | "agentId"
    | "runId"
    | "stage"
    | "tier"
    | "attempt"
    | "workflowInput"
    | "previousOutput"
    | "outputs"
    | "signal"
    | "logger"
  > {
  readonly signals: SignalSource;
  readonly approve: (request: ApprovalOfStage, signal: AbortSignal) => Promise<ApprovalResponse>;
  readonly onProgress: (fraction: number, task: string | undefined) => void;
  readonly onSignal: (signal: CoordinationSignal) => void;
  readonly onTokens: (tokens: Required<RecordedTokens>) => void;
}

export class StageContext implements WorkflowContext {
  readonly workflow: string;
  readonly agentId: string;
  readonly runId: string;
  readonly stage: string;
  readonly tier: ModelTier;
  readonly attempt: number;
  readonly workflowInput: unknown;
  readonly previousOutput: unknown;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly #signals: AgentSignals;
  readonly #setup: StageContextSetup;
  #over = false;
  /** Ends what the stage has left behind. */
  readonly #life = new AbortController();

  constructor(setup: StageContextSetup) {
    this.workflow = setup.workflow;
    this.agentId = setup.agentId;
    this.runId = setup.runId;
    this.stage = setup.stage;
    this.tier = setup.tier;
    this.attempt = setup.attempt;
    this.workflowInput = setup.workflowInput;
    this.previousOutput = setup.previousOutput;
    this.outputs = setup.outputs;
    this.signal = setup.signal;
    this.logger = setup.logger;
    this.#setup = setup;
    this.#signals = new AgentSignals(setup.signals, { ending: setup.signal, onTaken: setup.onSignal });
  }

  // Bound, so that a stage may take them out of its context: `{ signal, reportProgress }`.
  readonly reportProgress = (fraction: number, task?: string): void => {
    if (typeof fraction !== "number" || !(fraction >= 0 && fraction <= 1)) {
      throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "fraction must be a number from 0 to 1.", {
        details: { argument: "fraction" },
      });
    }
    if (task !== undefined) checkText("task", task, { maxBytes: 1024 });
    if (!this.#over) this.#setup.onProgress(fraction, task);
  };

  readonly recordTokens = ({ tokensIn = 0, tokensOut = 0 }: RecordedTokens = {}): void => {
    checkInteger("tokensIn", tokensIn, 0);
    checkInteger("tokensOut", tokensOut, 0);
    if (!this.#over) this.#setup.onTokens({ tokensIn, tokensOut });
  };

  readonly sendSignal = (request: SignalToSend): Promise<string> => this.#signals.sendSignal(request);

  readonly waitForSignal = (options?: WaitForSignalOptions): Promise<CoordinationSignal | null> =>
    this.#signals.waitForSignal(options);

  readonly checkSignal = (options?: CheckOptions): Promise<CoordinationSignal | null> =>
    this.#signals.checkSignal(options);

  readonly waitForAny = (
    selectors: readonly SignalSelector[],
    options?: WaitOptions,
  ): Promise<CoordinationSignal | null> => this.#signals.waitForAny(selectors, options);

  readonly requestApproval = async (request: ApprovalOfStage): Promise<ApprovalResponse> => {
    if (this.#over) return notApproved(request, "its stage is over");
    const endings = [this.#life.signal, this.signal, request?.signal].filter((one) => one !== undefined);
    return this.#setup.approve(request, AbortSignal.any(endings));
  };

  readonly waitForAll = (barrier: Barrier): Promise<CoordinationSignal[] | null> =>
    this.#signals.waitForAll(barrier);

  /** Whether its attempt has ended. */
  get over(): boolean {
    return this.#over;
  }

  end(): void {
    this.#over = true;
    this.#life.abort(new Error("its stage is over"));
    this.#signals.end();
  }
}
