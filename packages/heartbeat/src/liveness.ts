/** From a record to whether its agent lives: the store's clock says how old it is, the agent's own how long it has stood still. */
import type { StoredRecord } from "@attune/transport";
import { isFinal, type Liveness } from "./agent-heartbeat.ts";
import type { ReadHeartbeat } from "./stored-heartbeat.ts";

export interface LivenessThresholds {
  /** Without any progress for so long, while starting or running, an agent that says no other time is stalled. */
  readonly stalledAfterMs: number;
  /** Without a beat for so long an agent is stale; `null`: two thirds of its own TTL. */
  readonly staleAfterMs: number | null;
}

export type Lease = Pick<StoredRecord, "ageMs" | "leaseMs" | "excused">;

/** `excuses`: whether the store was away when this lease ran out, as far as the one who looks has seen. */
export function livenessOf(
  lease: Lease,
  beat: Pick<ReadHeartbeat, "status" | "lastBeatMs" | "lastProgressMs" | "progressTimeoutMs">,
  { stalledAfterMs, staleAfterMs }: LivenessThresholds,
  excuses: (lease: Lease) => boolean,
): Liveness {
  if (isFinal(beat.status)) return "finished";
  // An agent that has not ended always has a lease; a record without one is of somebody else's making.
  if (lease.leaseMs === null) return "unknown";
  if (lease.leaseMs <= 0) return lease.excused || excuses(lease) ? "unknown" : "lost";
  if (lease.ageMs >= (staleAfterMs ?? (ttlOf(lease) * 2) / 3)) return "stale";
  // How long a step of its work may take the agent knows better than whoever looks.
  const patienceMs = beat.progressTimeoutMs ?? stalledAfterMs;
  if (beat.status !== "idle" && standingStillMs(lease, beat) >= patienceMs) return "stalled";
  return "alive";
}

/** The TTL that the agent asked for with its last beat. */
export function ttlOf({ ageMs, leaseMs }: Lease): number {
  return ageMs + (leaseMs ?? 0);
}

/** Two times of the agent's clock up to its last beat, the store's clock since then: no two clocks are ever compared. */
function standingStillMs(
  { ageMs }: Lease,
  { lastBeatMs, lastProgressMs }: Pick<ReadHeartbeat, "lastBeatMs" | "lastProgressMs">,
): number {
  return Math.max(0, lastBeatMs - lastProgressMs) + ageMs;
}
