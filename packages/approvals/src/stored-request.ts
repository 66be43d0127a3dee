/** A request as it lies in the store: JSON with snake_case names, and the codec between that and what programs see. */
import type { JsonValue } from "@attune/transport";
import {
  type ApprovalRequest,
  type ApprovalState,
  approvalStates,
  type FinalApprovalState,
  type TimeoutPolicy,
} from "./approval-request.ts";
import { type ApprovalResponse, system } from "./approval-response.ts";

/** Types and not interfaces, so that they count as JSON values. */
export type StoredVote = {
  readonly vote_id: string;
  readonly responder: string;
  readonly reason: string;
  readonly voted_at: string;
};

/** Who is asked when the first have not answered, and for how long. */
export type StoredEscalation = {
  readonly responders: readonly string[];
  readonly timeout_ms: number;
};

export type StoredDecision = {
  readonly approved: boolean;
  readonly responder: string;
  readonly reason: string;
  readonly responded_at: string;
  /** Of the vote that decided; `null`: nobody's. */
  readonly vote_id: string | null;
};

export type StoredRequest = {
  readonly request_id: string;
  readonly approval_type: string;
  readonly agent_id: string;
  readonly context: JsonValue;
  readonly digest: string;
  /** What was asked for at first; another one than `context` once somebody has edited that. */
  readonly asked_digest: string;
  /** ISO 8601 UTC, as are the others. */
  readonly requested_at: string;
  readonly expires_at: string;
  readonly state: ApprovalState;
  readonly require_digest: boolean;
  readonly required_approvals: number;
  readonly votes: readonly StoredVote[];
  readonly allowed_responders: readonly string[] | null;
  readonly on_timeout: TimeoutPolicy;
  readonly escalation: StoredEscalation | null;
  readonly escalated: boolean;
  readonly decision: StoredDecision | null;
};

export function toText(request: StoredRequest): string {
  return JSON.stringify(request);
}

/** `undefined` for a text that is no request of ours. */
export function fromText(text: string): StoredRequest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { request_id, state, votes, digest } = value as Partial<StoredRequest>;
  const known =
    typeof request_id === "string" &&
    typeof digest === "string" &&
    Array.isArray(votes) &&
    approvalStates.includes(state as ApprovalState);
  return known ? (value as StoredRequest) : undefined;
}

export function toRequest(stored: StoredRequest): ApprovalRequest {
  return {
    requestId: stored.request_id,
    approvalType: stored.approval_type,
    agentId: stored.agent_id,
    context: stored.context,
    digest: stored.digest,
    requestedAt: new Date(stored.requested_at),
    expiresAt: new Date(stored.expires_at),
    state: stored.state,
    requireDigest: stored.require_digest,
    requiredApprovals: stored.required_approvals,
    approvals: stored.votes.map(({ responder, reason, voted_at }) => ({
      responder,
      reason,
      votedAt: new Date(voted_at),
    })),
    allowedResponders: stored.allowed_responders,
    onTimeout: stored.on_timeout,
    escalated: stored.escalated,
  };
}

/** Of a request that is decided. */
export function toResponse(stored: StoredRequest): ApprovalResponse {
  const { decision } = stored;
  return {
    requestId: stored.request_id,
    approved: stored.state === "approved",
    responder: decision?.responder ?? system,
    reason: decision?.reason ?? "",
    respondedAt: new Date(decision?.responded_at ?? stored.expires_at),
    state: stored.state as FinalApprovalState,
    context: stored.context,
    edited: stored.digest !== stored.asked_digest,
  };
}
