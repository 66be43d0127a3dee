/** What the server's routes about approvals answer. */
import type { ApprovalJson } from "../../../../src/protocol/records.ts";

type State = ApprovalJson["state"];

/** What the store has forgotten, and only the audit knows, lacks some fields. */
export type KnownApproval = Omit<ApprovalJson, "required_approvals" | "require_digest" | "on_timeout"> & {
  readonly required_approvals: number | null;
  readonly require_digest: boolean | null;
  readonly on_timeout: ApprovalJson["on_timeout"] | null;
};

/** `GET /api/approvals/:id` */
export interface ApprovalAnswer {
  readonly approval: KnownApproval;
  /** Oldest first. */
  readonly transitions: readonly Transition[];
  /** The last earlier request of the same type: of the same agent, else of any. */
  readonly previous: PreviousRequest | null;
}

export interface Transition {
  readonly transition: "requested" | "voted" | "escalated" | Exclude<State, "pending">;
  readonly responder: string | null;
  readonly reason: string;
  readonly at: string;
}

export interface PreviousRequest {
  readonly request_id: string;
  readonly agent_id: string;
  readonly requested_at: string;
  readonly state: State;
  readonly responder: string | null;
  readonly context: unknown;
}

/** `GET /api/approvals?state=decided` */
export interface DecidedAnswer {
  readonly decided: readonly DecidedApproval[];
  readonly next_cursor: string | null;
  readonly complete: boolean;
}

export interface DecidedApproval {
  readonly event_id: string;
  readonly request_id: string;
  readonly approval_type: string;
  readonly agent_id: string;
  readonly state: State;
  readonly responder: string | null;
  readonly reason: string;
  readonly decided_at: string | null;
  readonly context: unknown;
}

/** `POST /api/approvals/:id/approve` and `/reject` */
export interface AcceptedAnswer {
  readonly accepted: true;
  readonly responder: string;
  /** `pending`: more approvals are needed. */
  readonly state: State;
}
