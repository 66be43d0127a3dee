/** The record of an agent as it lies in the store: JSON with the seeds' snake_case names, read by programs in any language. */
import type { JsonValue } from "@attune/transport";
import { type AgentStatus, agentStatuses, type Metadata } from "./agent-heartbeat.ts";
import type { AgentState } from "./agent-state.ts";

/** A type and not an interface, so that it counts as a JSON value. */
export type WireHeartbeat = {
  readonly agent_id: string;
  readonly status: AgentStatus;
  readonly progress: number;
  readonly current_task: string;
  /** ISO 8601 UTC, as is `last_progress`. */
  readonly last_beat: string;
  readonly metadata: Metadata;
  readonly display_name: string | null;
  /** Missing in the very first record of an agent only: the store gives it out with that. */
  readonly incarnation?: number;
  readonly last_progress: string;
  /** There while the agent's main thread is blocked. */
  readonly blocked_ms?: number;
};

export interface BeatFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly incarnation: number | undefined;
  readonly blockedMs: number;
}

export function toWire(state: AgentState, { now, incarnation, blockedMs }: BeatFacts): WireHeartbeat {
  return {
    agent_id: state.agentId,
    status: state.status,
    progress: state.progress,
    current_task: state.currentTask,
    last_beat: new Date(now).toISOString(),
    metadata: state.metadata,
    display_name: state.displayName,
    ...(incarnation === undefined ? {} : { incarnation }),
    last_progress: new Date(state.progressedAt).toISOString(),
    ...(blockedMs > 0 ? { blocked_ms: blockedMs } : {}),
  };
}

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
}

const noMetadata: Metadata = Object.freeze({});

/** `undefined` for a text that is no heartbeat. What a heartbeat needs is its status and its times; the rest may be missing. */
export function fromWire(text: string): ReadHeartbeat | undefined {
  let wire: { readonly [name: string]: JsonValue | undefined } | null;
  try {
    wire = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof wire !== "object" || wire === null) return undefined;
  const { status, progress, current_task, last_beat, last_progress, metadata, display_name, blocked_ms } =
    wire;
  const lastBeatMs = typeof last_beat === "string" ? Date.parse(last_beat) : Number.NaN;
  const lastProgressMs = typeof last_progress === "string" ? Date.parse(last_progress) : lastBeatMs;
  if (!agentStatuses.includes(status as AgentStatus) || Number.isNaN(lastBeatMs + lastProgressMs)) {
    return undefined;
  }
  return {
    displayName: typeof display_name === "string" ? display_name : null,
    status: status as AgentStatus,
    progress: typeof progress === "number" ? progress : 0,
    currentTask: typeof current_task === "string" ? current_task : "",
    lastBeatMs,
    lastProgressMs,
    metadata: isObject(metadata) ? freeze(metadata) : noMetadata,
    blockedForMs: typeof blocked_ms === "number" ? blocked_ms : 0,
  };
}

function isObject(value: JsonValue | undefined): value is Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function freeze<T extends object>(value: T): T {
  for (const item of Object.values(value)) if (typeof item === "object" && item !== null) freeze(item);
  return Object.freeze(value);
}
