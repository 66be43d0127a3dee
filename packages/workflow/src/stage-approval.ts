/** That a stage is to be approved before it is run. */
import type { ApprovalToRequest } from "@attune/approvals";

export interface StageApproval<Input = unknown>
  extends Pick<
    ApprovalToRequest,
    | "timeoutMs"
    | "requiredApprovals"
    | "allowedResponders"
    | "requireDigest"
    | "onTimeout"
    | "escalateTo"
    | "escalationTimeoutMs"
  > {
  /** Default: `{workflow}:{stage}`, cut to 256 bytes. */
  readonly approvalType?: string;
  /** What is to be approved: any JSON value. Default: the stage's input. Where that is edited, the stage gets the edited one. */
  readonly context?: (input: Input) => unknown;
}
