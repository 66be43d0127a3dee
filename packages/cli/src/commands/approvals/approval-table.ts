/** Pending requests as lines of a table. */
import type { ApprovalRequest } from "@attune/approvals";
import { textTable } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import { leftText } from "./left-text.ts";

export function approvalTable(
  requests: readonly ApprovalRequest[],
  { output, now }: { readonly output: Output; readonly now: number },
): string[] {
  const rows = requests.map((request) => [
    request.requestId,
    request.approvalType,
    request.agentId,
    leftText(request, now),
    `${request.approvals.length} of ${request.requiredApprovals}`,
    JSON.stringify(request.context),
  ]);
  return textTable(rows, {
    width: output.width,
    indent: 0,
    columns: [
      { header: "ID", keep: true, grow: true },
      { header: "TYPE", priority: 2 },
      { header: "AGENT", priority: 1 },
      { header: "LEFT", align: "right", priority: 3 },
      { header: "APPROVALS", align: "right", priority: 0 },
      { header: "CONTEXT", grow: true, priority: -1 },
    ],
  });
}
