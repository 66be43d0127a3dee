/** A responder that answers all requests when told to, and tells what it was told. Arguments: its name, request ids. */
import { once } from "node:events";
import { ApprovalGate, type RespondedApproval } from "@attune/approvals";

const [responder, ...requestIds] = process.argv.slice(2);
const gate = new ApprovalGate();
await gate.getPendingApprovals();
process.send!("ready");
await once(process, "message");
const told: RespondedApproval[] = [];
// Ten at a time: in one go the file would give all of them to whoever comes first.
for (let at = 0; at < requestIds.length; at += 10) {
  const answering = requestIds
    .slice(at, at + 10)
    .map((requestId) =>
      gate.respondToApproval(requestId, { approved: responder === "ann", responder: responder! }),
    );
  told.push(...(await Promise.all(answering)));
}
process.send!(told);
await gate.close();
process.disconnect();
