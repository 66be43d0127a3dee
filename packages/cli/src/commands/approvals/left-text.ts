/** How long a request has left: by the clocks of its requester and of this machine, while the store's is what counts. */
import type { ApprovalRequest } from "@attune/approvals";
import { spanText } from "../../text/time.ts";

export function leftText({ expiresAt }: ApprovalRequest, now: number): string {
  const left = expiresAt.getTime() - now;
  return Number.isNaN(left) ? "?" : spanText(Math.max(0, left));
}
