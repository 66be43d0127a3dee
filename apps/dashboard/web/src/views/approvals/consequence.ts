/** What a decision will do, in words, before it is made. */
import type { ApprovalJson } from "../../../../src/protocol/records.ts";

export type Verdict = "approve" | "reject";

export function consequenceOf(verdict: Verdict, approval: ApprovalJson, responder: string): string {
  const { agent_id, approval_type, required_approvals, approvals } = approval;
  const who = responder === "" ? "you" : responder;
  if (verdict === "reject") {
    const enough = required_approvals > 1 ? " One rejection is enough." : "";
    return `${agent_id} is told that its ${approval_type} is rejected by ${who}, with your reason, and goes on without it.${enough}`;
  }
  const given = approvals.filter((vote) => vote.responder !== responder).length + 1;
  if (given < required_approvals) {
    return `The approval of ${who} is counted as ${given} of the ${required_approvals} that are needed. ${agent_id} goes on waiting for the others.`;
  }
  return `${agent_id} is told that its ${approval_type} is approved by ${who}, and goes on with it at once. This cannot be taken back.`;
}
