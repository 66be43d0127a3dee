/** `@attune/approvals`: people and policies decide the risky step; what goes wrong means "not approved". */
export { approvalAudit } from "./approval-audit-event.ts";
export type { RespondedApproval, ResponseRefusal } from "./approval-desk.ts";
export { ApprovalGate } from "./approval-gate.ts";
export type {
  ApprovalAnswer,
  ApprovalGateOptions,
  ApprovalToRequest,
  JsonContext,
  WaitForApprovalOptions,
} from "./approval-options.ts";
export type {
  ApprovalRequest,
  ApprovalState,
  ApprovalVote,
  FinalApprovalState,
  TimeoutPolicy,
} from "./approval-request.ts";
export type { ApprovalResponse } from "./approval-response.ts";
