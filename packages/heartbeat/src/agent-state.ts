/** What an agent says of itself, and how a beat changes it: what is left out stays. */
import {
  AttuneError,
  checkChoice,
  checkDuration,
  checkName,
  checkText,
  encodeJson,
  type JsonValue,
  type PayloadLimits,
} from "@attune/transport";
import {
  type AgentStatus,
  agentStatuses,
  type FinalStatus,
  isFinal,
  type Metadata,
} from "./agent-heartbeat.ts";
import { toWire } from "./wire-heartbeat.ts";

/** Plain data: it also goes to a worker thread. */
export interface AgentState {
  readonly agentId: string;
  readonly displayName: string | null;
  readonly status: AgentStatus;
  readonly progress: number;
  readonly currentTask: string;
  readonly metadata: Metadata;
  /** How long it may go without progress before it is stalled; `null`: as long as whoever looks thinks fit. */
  readonly progressTimeoutMs: number | null;
  /** When status, progress or task last changed, in milliseconds since 1970. */
  readonly progressedAt: number;
  /** When the agent said so, in milliseconds since 1970. */
  readonly madeAt: number;
}

export interface StateChanges {
  readonly status?: AgentStatus | undefined;
  readonly progress?: number | undefined;
  readonly currentTask?: string | undefined;
  readonly metadata?: object | undefined;
  readonly progressTimeoutMs?: number | null | undefined;
}

const maxTextBytes = 1024;
/** 366 days. */
const maxProgressTimeoutMs = 366 * 86_400_000;

export function initialState(
  agentId: string,
  options: Pick<StateChanges, "metadata" | "progressTimeoutMs"> & {
    readonly displayName?: string | null | undefined;
  },
  limits: PayloadLimits,
  now: number,
): AgentState {
  const { metadata, displayName, progressTimeoutMs = null } = options;
  return fitting(
    {
      agentId: checkName("agentId", agentId),
      displayName:
        displayName === undefined || displayName === null
          ? null
          : checkText("displayName", displayName, { min: 1, maxBytes: maxTextBytes }),
      status: "starting",
      progress: 0,
      currentTask: "initializing",
      metadata: metadata === undefined ? {} : copyOf(metadata, limits),
      progressTimeoutMs: checkProgressTimeout(progressTimeoutMs),
      progressedAt: now,
      madeAt: now,
    },
    limits,
  );
}

/** The state after a beat; a beat that repeats what was said before is no progress. */
export function changedState(
  state: AgentState,
  changes: StateChanges,
  limits: PayloadLimits,
  now: number,
): AgentState {
  const status = checkChoice("status", changes.status ?? "running", agentStatuses);
  if (isFinal(status)) {
    throw new AttuneError(
      "ATTUNE_ARGUMENT_INVALID",
      `A beat cannot say that the agent has ended (${status}): use stopHeartbeat("${status}").`,
      { details: { argument: "status" } },
    );
  }
  const progress = changes.progress === undefined ? state.progress : checkProgress(changes.progress);
  const currentTask =
    changes.currentTask === undefined
      ? state.currentTask
      : checkText("currentTask", changes.currentTask, { maxBytes: maxTextBytes });
  // Spreading defines properties, whatever they are called: `__proto__` is a name like any other.
  const metadata =
    changes.metadata === undefined
      ? state.metadata
      : { ...state.metadata, ...copyOf(changes.metadata, limits) };
  const progressTimeoutMs =
    changes.progressTimeoutMs === undefined
      ? state.progressTimeoutMs
      : checkProgressTimeout(changes.progressTimeoutMs);
  const next = progressed(state, { status, progress, currentTask }, now);
  return fitting({ ...next, metadata, progressTimeoutMs }, limits);
}

/** Who completed is at 1; who failed or was cancelled keeps the progress that he had. */
export function finalState(state: AgentState, status: FinalStatus, now: number): AgentState {
  const progress = status === "completed" ? 1 : state.progress;
  return progressed(state, { status, progress, currentTask: state.currentTask }, now);
}

function progressed(
  state: AgentState,
  next: Pick<AgentState, "status" | "progress" | "currentTask">,
  now: number,
): AgentState {
  const same =
    next.status === state.status &&
    next.progress === state.progress &&
    next.currentTask === state.currentTask;
  return { ...state, ...next, progressedAt: same ? state.progressedAt : now, madeAt: now };
}

function checkProgress(value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  const given = typeof value === "number" ? value : `a ${typeof value}`;
  throw new AttuneError("ATTUNE_ARGUMENT_INVALID", `progress must be a number from 0 to 1, not ${given}.`, {
    details: { argument: "progress" },
  });
}

function checkProgressTimeout(value: number | null): number | null {
  return value === null ? null : checkDuration("progressTimeoutMs", value, 1, maxProgressTimeoutMs);
}

/** A copy, so that what the caller does with his object afterwards changes nothing here. */
function copyOf(metadata: object, limits: PayloadLimits): Metadata {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) {
    throw new AttuneError("ATTUNE_ARGUMENT_INVALID", "metadata must be an object of JSON values by name.", {
      details: { argument: "metadata" },
    });
  }
  return JSON.parse(encodeJson(metadata, limits)) as { readonly [name: string]: JsonValue };
}

/** The record as a whole is one payload: many small beats must not add up to one that no store takes. */
function fitting(state: AgentState, limits: PayloadLimits): AgentState {
  encodeJson(
    toWire(state, { now: state.progressedAt, incarnation: Number.MAX_SAFE_INTEGER, blockedMs: 0 }),
    limits,
  );
  return state;
}
