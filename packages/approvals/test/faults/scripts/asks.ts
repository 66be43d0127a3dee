/** An agent that asks for approval, or attaches to what it asked for before, and tells what it hears. Arguments: request ids. */
import { ApprovalGate } from "@attune/approvals";

const gate = new ApprovalGate({ agentId: "deployer" });
const [how, ...requestIds] = process.argv.slice(2);
process.send!("ready");
const answers = requestIds.map((requestId) =>
  how === "attach"
    ? gate.attach(requestId)
    : gate.requestApproval({ approvalType: "deploy", context: { requestId }, requestId, timeoutMs: 60_000 }),
);
process.send!(await Promise.all(answers));
process.disconnect();
