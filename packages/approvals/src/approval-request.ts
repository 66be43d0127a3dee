/** A request for approval as programs see it. */
import type { JsonValue } from "@attune/transport";

export const approvalStates = ["pending", "approved", "rejected", "timeout", "cancelled"] as const;

/** `pending`, or one of the four in which it stays for good. */
export type ApprovalState = (typeof approvalStates)[number];

export type FinalApprovalState = Exclude<ApprovalState, "pending">;

/** What becomes of a request that nobody has decided in time. */
export type TimeoutPolicy = "reject" | "approve" | "escalate";

/** One of the approvals of a request that needs several. */
export interface ApprovalVote {
  readonly responder: string;
  readonly reason: string;
  /** By the responder's clock. */
  readonly votedAt: Date;
}

export interface ApprovalRequest {
  /** 22 characters of `A-Z a-z 0-9 _ -`, or as the requester named it. */
  readonly requestId: string;
  readonly approvalType: string;
  /** The agent that asks. */
  readonly agentId: string;
  /** What is to be approved; changed by an approval that carried another. Any JSON value. */
  readonly context: JsonValue;
  /** SHA-256 of type and context, in hexadecimal. Changes with the context. */
  readonly digest: string;
  /** By the requester's clock, as is `expiresAt`. What counts is the store's. */
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly state: ApprovalState;
  /** Whether a response has to carry the digest. */
  readonly requireDigest: boolean;
  /** How many different responders have to approve it. */
  readonly requiredApprovals: number;
  /** Those who have, as long as it is pending. */
  readonly approvals: readonly ApprovalVote[];
  /** `null`: anybody but the agent itself. After an escalation those it was escalated to. */
  readonly allowedResponders: readonly string[] | null;
  readonly onTimeout: TimeoutPolicy;
  /** Whether its time ran out once, and others are asked now. */
  readonly escalated: boolean;
}
