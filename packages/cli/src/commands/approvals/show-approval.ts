/** `attune approvals show`. */

import { ApprovalGate } from "@attune/approvals";
import { approvalJson } from "@attune-tools/record-json";
import type { Session } from "../../session/session.ts";
import { printDetails } from "./approval-details.ts";
import { checkRequestId, findRequest } from "./find-request.ts";

export async function showApproval(session: Session, _: object, [id]: readonly string[]): Promise<void> {
  checkRequestId(id!);
  const transport = await session.openExisting();
  await using gate = new ApprovalGate({ transport });
  const request = await findRequest(gate, id!);
  // Of what is decided that resolves at once.
  const decision = request.state === "pending" ? null : await gate.attach(request.requestId);
  if (session.json) return session.stdout.json(approvalJson(request, decision));
  printDetails(session.stdout, request, { utc: session.utc, now: transport.clock.now(), decision });
}
