/** `attune approvals`, `attune approvals list`: what waits for a decision. */
import { ApprovalGate } from "@attune/approvals";
import { checkName } from "@attune/transport";
import type { Session } from "../../session/session.ts";
import { approvalJson } from "./approval-json.ts";
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
  if (session.json) return session.stdout.jsonArray(requests.map((request) => approvalJson(request)));
  if (requests.length === 0) return session.note("Nothing waits for a decision.");
  session.stdout.table(approvalTable(requests, { output: session.stdout, now: transport.clock.now() }));
}
