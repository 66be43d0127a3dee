/** The options of a workflow, with their defaults and bounds. */
import { HeartbeatCoordinator, type HeartbeatCoordinatorOptions } from "@attune/heartbeat";
import { CoordinationSignals, type CoordinationSignalsOptions } from "@attune/signals";
import { AttuneError, checkDuration, checkName, type Logger, type Transport } from "@attune/transport";
import { maxTimerMs } from "./engine/run-bounded.ts";
import type { TierPolicy } from "./tier-policy.ts";
import { checkPrices, type PriceTable } from "./usage.ts";
import { checkProgressTimeout } from "./workflow-plan.ts";

export interface WorkflowOptions {
  /** Each run is an agent that beats: who it is, which stage it is in, how far it is. Default false. */
  readonly enableHeartbeatTracking?: boolean;
  /** Stages can send and await signals, and an `abort` signal cancels the run. Default false. */
  readonly enableCoordination?: boolean;
  /**
   * Publishes `workflow_progress` around each stage and `agent_error` when a run fails, and of what the two others do
   * every beat as `agent_heartbeat` and every signal as `coordination_signal`. Default false.
   */
  readonly enableStreaming?: boolean;
  /**
   * The agent that every run of this instance is: any non-empty text of at most 256 bytes in UTF-8. One run at a time.
   * Default: each run is an agent of its own, `{name}-{run id}`.
   */
  readonly agentId?: string;
  /** Default, once one of the three is enabled: one transport per process, opened from ATTUNE_URL, else the embedded file. */
  readonly transport?: Transport;
  /** Default: the transport's. */
  readonly logger?: Logger;
  /**
   * Signals of these types, sent to the agent or broadcast by another one, cancel the run. With coordination only; the run
   * takes them. Default `["abort"]`; `[]`: none.
   */
  readonly abortOn?: readonly string[];
  /** How long a stage that was told to stop may take before the run goes on without it. Default 1000, up to 2^31 - 1. */
  readonly abortGraceMs?: number;
  /**
   * For monitors: without a report of progress for so long the agent is `stalled`, though it beats. Stages may have their
   * own. Default: what the monitor says (`stalledAfterMs`). From 1 to 366 days.
   */
  readonly progressTimeoutMs?: number;
  /**
   * Which tier each stage is given: a `FeedbackLoop` of @attune/feedback, or anything like it. It is asked before a stage, from
   * the tier that the stage had before (at first that of `tierMap`), and told afterwards what `quality` says of its output.
   */
  readonly tierPolicy?: TierPolicy;
  /** What tokens cost, by tier: for `result.usage`. Default: costs are not known. */
  readonly prices?: PriceTable;
  /** How the agent beats. Default: every 10 s, with a TTL of 30 s. */
  readonly heartbeat?: Pick<HeartbeatCoordinatorOptions, "ttlMs" | "intervalMs" | "beatFrom">;
  /** How the agent signals. Default: signals are pending for 60 s. */
  readonly signals?: Pick<CoordinationSignalsOptions, "defaultTtlMs" | "maxPending">;
}

export type CheckedOptions = Required<
  Omit<WorkflowOptions, "agentId" | "transport" | "logger" | "progressTimeoutMs" | "tierPolicy">
> &
  Pick<WorkflowOptions, "agentId" | "transport" | "logger" | "tierPolicy"> & {
    readonly progressTimeoutMs: number | null;
  };

/** Throws `ATTUNE_ARGUMENT_INVALID`. */
export function checkOptions(options: WorkflowOptions): CheckedOptions {
  if (typeof options !== "object" || options === null) {
    throw invalid("options", "The options must be an object, for example { enableCoordination: true }.");
  }
  const {
    agentId,
    transport,
    logger,
    abortOn = ["abort"],
    prices = {},
    heartbeat = {},
    signals = {},
  } = options;
  checkObject("heartbeat", heartbeat);
  checkObject("signals", signals);
  if (transport !== undefined && typeof transport?.onStatus !== "function") {
    throw invalid("transport", "transport must be one that openTransport has opened.");
  }
  const methods = ["debug", "info", "warn", "error"] as const;
  if (logger !== undefined && !methods.every((method) => typeof logger?.[method] === "function")) {
    throw invalid("logger", `logger must have ${methods.join(", ")}.`);
  }
  if (!Array.isArray(abortOn) || abortOn.length > 1000) {
    throw invalid("abortOn", "abortOn must be an array of at most 1000 signal types.");
  }
  // Whoever will use them knows their bounds; made without a transport, they do nothing else.
  void new HeartbeatCoordinator(heartbeat);
  void new CoordinationSignals({ ...signals, agentId: agentId ?? "checked" });
  return {
    enableHeartbeatTracking: flag("enableHeartbeatTracking", options.enableHeartbeatTracking),
    enableCoordination: flag("enableCoordination", options.enableCoordination),
    enableStreaming: flag("enableStreaming", options.enableStreaming),
    agentId: agentId === undefined ? undefined : checkName("agentId", agentId),
    transport,
    logger,
    abortOn: Array.from(abortOn, (signalType: unknown) => checkName("abortOn", signalType)),
    abortGraceMs: checkDuration("abortGraceMs", options.abortGraceMs ?? 1000, 0, maxTimerMs),
    progressTimeoutMs: checkProgressTimeout(options.progressTimeoutMs),
    tierPolicy: checkPolicy(options.tierPolicy),
    prices: checkPrices(prices),
    heartbeat,
    signals,
  };
}

function checkPolicy(policy: TierPolicy | undefined): TierPolicy | undefined {
  if (policy === undefined) return undefined;
  if (typeof policy?.recommendTier === "function" && typeof policy.recordFeedback === "function")
    return policy;
  throw invalid(
    "tierPolicy",
    "tierPolicy must have recommendTier and recordFeedback, as a FeedbackLoop has.",
  );
}

function checkObject(name: string, value: unknown): void {
  if (typeof value === "object" && value !== null) return;
  throw invalid(name, `${name} must be an object of options.`);
}

function flag(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value ?? false;
  throw invalid(name, `${name} must be true or false.`);
}

function invalid(argument: string, message: string): AttuneError {
  return new AttuneError("ATTUNE_ARGUMENT_INVALID", message, { details: { argument } });
}
