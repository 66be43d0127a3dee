/** How a request for approval was decided, as its requester gets it. */
import type { JsonValue } from "@attune/transport";
import type { FinalApprovalState } from "./approval-request.ts";

/** Who decides where nobody else did: the clock, an outage, the requester himself. */
export const system = "system";

export interface ApprovalResponse {
  readonly requestId: string;
  /** True in state `approved` only. */
  readonly approved: boolean;
  /** Who decided; `system` where it was nobody: a timeout, an outage, a cancellation. */
  readonly responder: string;
  /** Why; what went wrong, where something did. */
  readonly reason: string;
  readonly respondedAt: Date;
  readonly state: FinalApprovalState;
  /** What was approved: the context of the request, or the one that a responder put in its place. */
  readonly context: JsonValue;
  /** Whether it is another one than was asked for. */
  readonly edited: boolean;
}
