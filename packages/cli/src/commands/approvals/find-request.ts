/** The request that an id, or its beginning, means. */
import type { ApprovalGate, ApprovalRequest } from "@attune/approvals";
import { checkToken } from "@attune/transport";
import { cleanText } from "@attune-tools/terminal-text";
import { notFound, usageError } from "../../exit-code.ts";

/** So many are named where an id is too short. */
const mostNamed = 10;

/** Of all requests the one with that id, else the only pending one whose id begins so. */
export async function findRequest(gate: ApprovalGate, id: string): Promise<ApprovalRequest> {
  const exact = await gate.getApproval(checkRequestId(id));
  if (exact) return exact;
  const pending = await gate.getPendingApprovals();
  const meant = pending.filter(({ requestId }) => requestId.startsWith(id));
  const [only] = meant;
  if (!only) {
    throw notFound(`There is no request ${JSON.stringify(id)}, and no pending one whose id begins so.`);
  }
  if (meant.length === 1) return only;
  const named = meant
    .slice(0, mostNamed)
    .map((each) => cleanText(`${each.requestId} (${each.approvalType})`));
  const more = meant.length - named.length;
  throw usageError(
    `${JSON.stringify(id)} is the beginning of ${meant.length} pending requests. Say more of it:`,
    ...named,
    ...(more > 0 ? [`and ${more} more`] : []),
  );
}

export function checkRequestId(id: string): string {
  return checkToken("The id of a request", id);
}
