/** An agent as programs in any language find it in the store and in events: JSON with the seeds' snake_case names. */
import type { AgentStatus, Metadata } from "./agent-heartbeat.ts";
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
  /** There where the agent says how long it may go without progress before it is stalled. */
  readonly progress_timeout_ms?: number;
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
    ...(state.progressTimeoutMs === null ? {} : { progress_timeout_ms: state.progressTimeoutMs }),
    ...(blockedMs > 0 ? { blocked_ms: blockedMs } : {}),
  };
}
