/**
 * An agent as we keep it: a JSON array without names, its times as numbers. Half the bytes of what others are shown
 * (wire-heartbeat.ts), and read in half the time: there may be a hundred thousand of them.
 */
import type { JsonValue } from "@attune/transport";
import { type AgentStatus, agentStatuses, type Metadata } from "./agent-heartbeat.ts";
import type { AgentState } from "./agent-state.ts";
import type { BeatFacts } from "./wire-heartbeat.ts";

/** A record as it was read; its agent and incarnation are the store's to tell. */
export interface ReadHeartbeat {
  readonly displayName: string | null;
  readonly status: AgentStatus;
  readonly progress: number;
  readonly currentTask: string;
  readonly lastBeatMs: number;
  readonly lastProgressMs: number;
  /** Frozen: whoever asks for the agent gets the same object. */
  readonly metadata: Metadata;
  readonly blockedForMs: number;
  /** `null` in records that do not say. */
  readonly progressTimeoutMs: number | null;
}

type StoredHeartbeat = [
  status: AgentStatus,
  progress: number,
  currentTask: string,
  /** Milliseconds since 1970, as is the next. */
  lastBeat: number,
  lastProgress: number,
  metadata: Metadata,
  displayName: string | null,
  blockedMs: number,
  /** Missing where the agent has none, and in records of older versions. */
  progressTimeoutMs?: number,
];

export function toStored(state: AgentState, { now, blockedMs }: Omit<BeatFacts, "incarnation">): string {
  const { status, progress, currentTask, progressedAt, metadata, displayName, progressTimeoutMs } = state;
  const stored: StoredHeartbeat = [
    status,
    progress,
    currentTask,
    now,
    progressedAt,
    metadata,
    displayName,
    blockedMs,
  ];
  if (progressTimeoutMs !== null) stored.push(progressTimeoutMs);
  return JSON.stringify(stored);
}

/** `undefined` for a text that is no heartbeat of ours. */
export function fromStored(text: string): ReadHeartbeat | undefined {
  let stored: JsonValue;
  try {
    stored = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(stored)) return undefined;
  const [
    status,
    progress,
    currentTask,
    lastBeatMs,
    lastProgressMs,
    metadata,
    displayName,
    blockedForMs,
    progressTimeoutMs,
  ] = stored as Partial<StoredHeartbeat>;
  if (
    !agentStatuses.includes(status as AgentStatus) ||
    typeof lastBeatMs !== "number" ||
    typeof lastProgressMs !== "number" ||
    typeof metadata !== "object" ||
    metadata === null
  ) {
    return undefined;
  }
  return {
    displayName: displayName ?? null,
    status: status as AgentStatus,
    progress: progress ?? 0,
    currentTask: currentTask ?? "",
    lastBeatMs,
    lastProgressMs,
    metadata: freeze(metadata),
    blockedForMs: blockedForMs ?? 0,
    progressTimeoutMs: typeof progressTimeoutMs === "number" ? progressTimeoutMs : null,
  };
}

function freeze<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === "object" && item !== null) freeze(item);
  return Object.freeze(value);
}
