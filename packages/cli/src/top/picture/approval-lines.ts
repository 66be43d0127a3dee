/** The pending approvals, oldest first, and how to decide them. */
import type { ApprovalRequest } from "@attune/approvals";
import { approvalTable } from "../../commands/approvals/approval-table.ts";
import type { Output } from "../../session/output.ts";

export function approvalLines(
  approvals: readonly ApprovalRequest[] | undefined,
  { output, now }: { readonly output: Output; readonly now: number },
): string[] {
  if (approvals === undefined) return ["The approvals have not been read yet."];
  if (approvals.length === 0) return ["No approval is pending."];
  const [header, ...rows] = approvalTable(approvals, { output, now });
  return [
    "Decide with: attune approvals approve ID, or: attune approvals reject ID",
    "",
    output.style("bold", header!),
    ...rows,
  ];
}
