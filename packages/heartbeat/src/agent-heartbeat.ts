/** What is known of an agent: what it says of itself, and what its lease says of it. */
import type { JsonValue } from "@attune/transport";

export const agentStatuses = ["starting", "running", "idle", "completed", "failed", "cancelled"] as const;

/** What an agent says it is doing. */
export type AgentStatus = (typeof agentStatuses)[number];

export const finalStatuses = ["completed", "failed", "cancelled"] as const;

/** How an agent ended. */
export type FinalStatus = (typeof finalStatuses)[number];

export function isFinal(status: AgentStatus): status is FinalStatus {
  return status === "completed" || status === "failed" || status === "cancelled";
}

/**
 * Whether an agent lives.
 * - `alive`: it beats, and goes on.
 * - `stalled`: it beats, but neither status, progress nor task has changed for long: its own `progressTimeoutMs`, or else
 *   the `stalledAfterMs` of whoever looks.
 * - `stale`: its lease is in force, but its last beat was long ago.
 * - `lost`: its lease ran out without a word.
 * - `finished`: it said that it had completed, failed or was cancelled.
 * - `unknown`: the store cannot be reached, or was away when the lease ran out.
 */
export type Liveness = "alive" | "stalled" | "stale" | "lost" | "finished" | "unknown";

/** Anything that JSON carries, by name. */
export type Metadata = { readonly [name: string]: JsonValue };

export interface AgentHeartbeat {
  readonly agentId: string;
  /** For people; `null` where the agent gave none. */
  readonly displayName: string | null;
  readonly status: AgentStatus;
  /** 0 to 1. */
  readonly progress: number;
  readonly currentTask: string;
  /** By the agent's own clock, as is `lastProgress`. Liveness does not depend on it. */
  readonly lastBeat: Date;
  /** When status, progress or task last changed. */
  readonly lastProgress: Date;
  /** Frozen. */
  readonly metadata: Metadata;
  /** Grows with each start of an agent of this id; of two the higher one is the agent. */
  readonly incarnation: number;
  readonly liveness: Liveness;
  /** How long it may go without progress before it is stalled; `null`: the `stalledAfterMs` of whoever looks. */
  readonly progressTimeoutMs: number | null;
  /** How long its main thread had been blocked at the last beat; 0: it was not. Only told with `beatFrom: "worker"`. */
  readonly blockedForMs: number;
}

/** An agent of which nothing is known, since the store is away and this coordinator has not seen it before. */
export interface UnknownAgent {
  readonly agentId: string;
  readonly displayName: null;
  readonly status: null;
  readonly progress: null;
  readonly currentTask: null;
  readonly lastBeat: null;
  readonly lastProgress: null;
  readonly metadata: null;
  readonly incarnation: null;
  readonly liveness: "unknown";
  readonly progressTimeoutMs: null;
  readonly blockedForMs: null;
}

export function unknownAgent(agentId: string): UnknownAgent {
  return {
    agentId,
    displayName: null,
    status: null,
    progress: null,
    currentTask: null,
    lastBeat: null,
    lastProgress: null,
    metadata: null,
    incarnation: null,
    liveness: "unknown",
    progressTimeoutMs: null,
    blockedForMs: null,
  };
}
