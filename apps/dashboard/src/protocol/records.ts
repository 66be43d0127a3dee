/** The records within messages and answers, in the names of the wire. */

export interface AgentJson {
  readonly agent_id: string;
  readonly display_name: string | null;
  readonly liveness: "alive" | "stalled" | "stale" | "lost" | "finished" | "unknown";
  readonly status: "starting" | "running" | "idle" | "completed" | "failed" | "cancelled";
  /** 0 to 1. */
  readonly progress: number;
  readonly current_task: string;
  /** ISO 8601, as every time here; `null`: what it says is no time. */
  readonly last_beat: string | null;
  readonly last_progress: string | null;
  readonly incarnation: number;
  readonly progress_timeout_ms: number | null;
  readonly blocked_for_ms: number;
  readonly metadata: { readonly [name: string]: unknown };
  /** The metadata was too large to be pushed, and is `{}`: it has so many bytes, and `/api/agents/:id` has it. Else `null`. */
  readonly metadata_bytes?: number | null;
}

export type AgentPatch = Pick<AgentJson, "agent_id"> & Partial<AgentJson>;

export interface ApprovalJson {
  readonly request_id: string;
  readonly approval_type: string;
  readonly agent_id: string;
  readonly state: "pending" | "approved" | "rejected" | "timeout" | "cancelled";
  readonly requested_at: string | null;
  readonly expires_at: string | null;
  readonly required_approvals: number;
  readonly approvals: readonly {
    readonly responder: string;
    readonly reason: string;
    readonly voted_at: string | null;
  }[];
  /** `null`: anybody but the agent itself. */
  readonly allowed_responders: readonly string[] | null;
  readonly require_digest: boolean;
  readonly on_timeout: "reject" | "approve" | "escalate";
  readonly escalated: boolean;
  /** Of a request that is not pending. */
  readonly decision: {
    readonly approved: boolean;
    readonly responder: string;
    readonly reason: string;
    readonly responded_at: string | null;
  } | null;
  /** Of type and context: a response says which ones it is meant for. */
  readonly digest: string;
  readonly context: unknown;
  /** The context was too large to be pushed, and is `null`: it has so many bytes, and `/api/approvals/:id` has it. */
  readonly context_bytes?: number;
}

/** A stage at a tier of models, and how good it was there. */
export interface StageJson {
  readonly workflow_name: string;
  readonly stage_name: string;
  readonly tier: "cheap" | "capable" | "premium";
  readonly average_quality: number;
  readonly min_quality: number;
  readonly max_quality: number;
  readonly sample_count: number;
  /** The newer half's average less the older's: -1 to 1. */
  readonly trend: number;
  /** In which the true average lies with 95 % probability. */
  readonly interval: readonly [lowest: number, highest: number];
}

export interface EventJson {
  /** `<milliseconds>-<sequence>`, growing within a type. */
  readonly event_id: string;
  readonly event_type: string;
  /** ISO 8601. */
  readonly timestamp: string | null;
  readonly source: string;
  /** Left out where it was too large to be pushed: `data_bytes` tells its size, and `/api/events/:type/:id` has it. */
  readonly data?: unknown;
  readonly data_bytes?: number;
  /** What is wrong with it, where something is. */
  readonly invalid_reason?: string;
}

export interface HealthJson {
  readonly at: string;
  readonly store: {
    readonly product: string | null;
    readonly version: string | null;
    /** What the whole store takes; `null`: unknown. */
    readonly bytes: number | null;
    /** How long the store took to answer, over the last minute. */
    readonly latency_ms: { readonly p50: number; readonly p95: number; readonly max: number } | null;
  };
  readonly rates: {
    readonly events_per_second: number;
    readonly errors_per_minute: number;
    readonly by_type: readonly { readonly event_type: string; readonly per_second: number }[];
  };
  readonly streams: readonly StreamHealthJson[];
  readonly groups: readonly GroupHealthJson[];
  readonly clients: { readonly connected: number; readonly dropped: number };
  readonly server: { readonly uptime_s: number; readonly rss_bytes: number };
  /** `null`: alerts are posted nowhere. `failed`: given up, or dropped since too many waited. */
  readonly webhook: { readonly delivered: number; readonly failed: number; readonly waiting: number } | null;
}

export interface StreamHealthJson {
  readonly event_type: string;
  readonly length: number;
  readonly added: number | null;
  readonly bytes: number | null;
  readonly oldest_at: string | null;
  readonly newest_at: string | null;
}

export interface GroupHealthJson {
  readonly group: string;
  readonly event_type: string;
  readonly pending: number;
  readonly lag: number | null;
  /** Of the whole group; the same with each of its types. */
  readonly dead_letters: number;
}

export type AlertRuleName =
  | "agents_lost"
  | "agents_stalled"
  | "error_rate"
  | "group_lag"
  | "approval_waiting"
  | "approval_expiring"
  | "store_unavailable"
  | "dead_letters";

export interface AlertJson {
  /** Of the rule, what it is about, and when it began: the same as long as it goes on, another one the next time. */
  readonly alert_id: string;
  readonly rule: AlertRuleName;
  readonly severity: "warning" | "critical";
  /** What it is about, for people. */
  readonly summary: string;
  /** The agents, approvals, groups or types concerned: at most 20 of them. */
  readonly subjects: readonly string[];
  readonly since: string;
  readonly resolved_at: string | null;
}
