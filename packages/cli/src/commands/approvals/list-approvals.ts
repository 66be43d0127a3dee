/** `attune approvals`, `attune approvals list`: what waits for a decision. */

import { ApprovalGate } from "@attune/approvals";
import { checkName } from "@attune/transport";
import { approvalJson } from "@attune-tools/record-json";
import { printList } from "../../session/print-list.ts";
import type { Session } from "../../session/session.ts";
import { approvalTable } from "./approval-table.ts";
import { watchApprovals } from "./watch-approvals.ts";

export interface ListApprovalsOptions {
  readonly watch?: boolean;
  readonly type?: string;
}

export async function listApprovals(session: Session, { watch, type }: ListApprovalsOptions): Promise<void> {
  const approvalType = type === undefined ? undefined : checkName("--type", type);
  if (watch) return watchApprovals(session, approvalType);
  const transport = await session.openExisting();
  await using gate = new ApprovalGate({ transport });
  const requests = await gate.getPendingApprovals(approvalType === undefined ? {} : { approvalType });
  const { stdout } = session;
  printList(session, {
    items: requests,
    json: (request) => approvalJson(request),
    none: "Nothing waits for a decision.",
    print: () => stdout.table(approvalTable(requests, { output: stdout, now: transport.clock.now() })),
  });
}
