/** Requests for approval and decisions as JSON, in the names of the wire. */
import type { ApprovalRequest, ApprovalResponse } from "@attune/approvals";
import { isoTime } from "./iso-time.ts";

/** `decision`: of a request that is not pending. */
export function approvalJson(request: ApprovalRequest, decision: ApprovalResponse | null = null) {
  return {
    request_id: request.requestId,
    approval_type: request.approvalType,
    agent_id: request.agentId,
    state: request.state,
    requested_at: isoTime(request.requestedAt),
    expires_at: isoTime(request.expiresAt),
    required_approvals: request.requiredApprovals,
    approvals: request.approvals.map(({ responder, reason, votedAt }) => ({
      responder,
      reason,
      voted_at: isoTime(votedAt),
    })),
    allowed_responders: request.allowedResponders,
    require_digest: request.requireDigest,
    on_timeout: request.onTimeout,
    escalated: request.escalated,
    decision: decision && {
      approved: decision.approved,
      responder: decision.responder,
      reason: decision.reason,
      responded_at: isoTime(decision.respondedAt),
    },
    digest: request.digest,
    context: request.context,
  };
}
