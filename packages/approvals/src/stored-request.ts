/** A request as it lies in the store: JSON with snake_case names, and the codec between that and what programs see. */
import type { JsonValue } from "@attune/transport";
import type { CheckedRequest } from "./approval-options.ts";
import {
  type ApprovalRequest,
  type ApprovalState,
  approvalStates,
  type FinalApprovalState,
  type TimeoutPolicy,
} from "./approval-request.ts";
import { type ApprovalResponse, system } from "./approval-response.ts";
import { digestOf, fingerprint } from "./digest.ts";

/** Types and not interfaces, so that they count as JSON values. */
export type StoredVote = {
  readonly vote_id: string;
  readonly responder: string;
  readonly reason: string;
  readonly voted_at: string;
  /** Of the record with which it came. */
  readonly version: number;
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
  /** Names the response or the cancellation; `null`: the clock's. */
  readonly vote_id: string | null;
  /** Of the record with which it came. */
  readonly version: number;
};

export type StoredRequest = {
  readonly request_id: string;
  /** Names the call that made the record: an id may be that of another request later. */
  readonly ask_id: string;
  readonly approval_type: string;
  readonly agent_id: string;
  readonly context: JsonValue;
  readonly digest: string;
  /** What was asked for at first; another one than `context` once somebody has edited that. */
  readonly asked_digest: string;
  /** A fingerprint of what was asked for and on which terms: by which the same request is known again. */
  readonly asked_as: string;
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
  readonly escalated: { readonly at: string; readonly version: number } | null;
  readonly decision: StoredDecision | null;
  /** How long it can be read after its end, as its requester wants it. */
  readonly keep_ms: number;
};

interface Asking {
  readonly requestId: string;
  readonly askId: string;
  readonly agentId: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly keepMs: number;
}

export function toStored(
  checked: CheckedRequest,
  { requestId, askId, agentId, now, keepMs }: Asking,
): StoredRequest {
  const digest = digestOf(checked.approvalType, checked.context);
  const terms = {
    require_digest: checked.requireDigest,
    required_approvals: checked.requiredApprovals,
    allowed_responders: checked.allowedResponders,
    on_timeout: checked.onTimeout,
    escalation: checked.escalation,
  };
  // Not how long: who asks again after a crash may have less time left.
  const escalation = checked.escalation?.responders ?? null;
  return {
    request_id: requestId,
    ask_id: askId,
    approval_type: checked.approvalType,
    agent_id: agentId,
    context: checked.context,
    digest,
    asked_digest: digest,
    asked_as: fingerprint([agentId, digest, { ...terms, escalation }]),
    requested_at: new Date(now).toISOString(),
    expires_at: new Date(now + checked.timeoutMs).toISOString(),
    state: "pending",
    ...terms,
    votes: [],
    escalated: null,
    decision: null,
    keep_ms: keepMs,
  };
}

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
  return isRequest(value) ? value : undefined;
}

/** Everything that a decision rests on: what is missing must not pass for "anybody may". */
function isRequest(value: unknown): value is StoredRequest {
  if (typeof value !== "object" || value === null) return false;
  const request = value as Partial<StoredRequest>;
  const { votes, decision, allowed_responders, required_approvals, escalation, escalated } = request;
  return (
    texts.every((name) => typeof request[name] === "string") &&
    request.context !== undefined &&
    approvalStates.includes(request.state as ApprovalState) &&
    (request.state === "pending" ? decision === null : isDecision(decision)) &&
    Array.isArray(votes) &&
    votes.every((vote) => typeof vote?.responder === "string") &&
    typeof request.require_digest === "boolean" &&
    Number.isSafeInteger(required_approvals) &&
    required_approvals! >= 1 &&
    (allowed_responders === null || Array.isArray(allowed_responders)) &&
    (escalation === null || (Array.isArray(escalation?.responders) && escalation.timeout_ms >= 1)) &&
    (escalated === null || typeof escalated?.at === "string") &&
    Number.isSafeInteger(request.keep_ms)
  );
}

const texts = [
  "request_id",
  "ask_id",
  "approval_type",
  "agent_id",
  "digest",
  "asked_digest",
  "asked_as",
  "requested_at",
  "expires_at",
  "on_timeout",
] as const;

function isDecision(decision: StoredDecision | null | undefined): boolean {
  return typeof decision?.responder === "string" && typeof decision.responded_at === "string";
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
    escalated: stored.escalated !== null,
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
