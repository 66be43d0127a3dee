/** Compile-time tests: checked by `npm run check:types`. */
import {
  ApprovalGate,
  type ApprovalRequest,
  type ApprovalResponse,
  approvalAudit,
  type RespondedApproval,
} from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import type { JsonValue } from "@attune/transport";
import { expectTypeOf } from "vitest";

const gate = new ApprovalGate({ agentId: "a" });
// Who only lists and responds is no agent.
new ApprovalGate();

// What may be asked for.
interface Plan {
  service: string;
  note?: string;
}
declare const plan: Plan;
declare const anything: unknown;
const answer = gate.requestApproval({ approvalType: "t", context: plan, timeoutMs: 1 });
expectTypeOf(answer).resolves.toEqualTypeOf<ApprovalResponse>();
gate.requestApproval({ approvalType: "t", context: null });
gate.requestApproval({
  approvalType: "t",
  context: [plan, { a: 1 }],
  onTimeout: "escalate",
  escalateTo: ["b"],
});
gate.requestApproval({ approvalType: "t", context: anything, signal: new AbortController().signal });
// @ts-expect-error a Date is not JSON
gate.requestApproval({ approvalType: "t", context: { at: new Date() } });
// @ts-expect-error a BigInt is not JSON
gate.requestApproval({ approvalType: "t", context: 1n });
// @ts-expect-error something has to be approved
gate.requestApproval({ approvalType: "t" });
// @ts-expect-error of some type
gate.requestApproval({ context: 1 });
// @ts-expect-error no such policy
gate.requestApproval({ approvalType: "t", context: 1, onTimeout: "ignore" });

// How it is answered.
const told = gate.respondToApproval("r", { approved: true, responder: "ann", reason: "fine", digest: "d" });
expectTypeOf(told).resolves.toEqualTypeOf<RespondedApproval>();
gate.respondToApproval("r", { approved: true, responder: "ann", context: plan });
// @ts-expect-error a Date is not JSON
gate.respondToApproval("r", { approved: true, responder: "ann", context: { at: new Date() } });
// @ts-expect-error somebody has to answer
gate.respondToApproval("r", { approved: true });
// @ts-expect-error yes or no
gate.respondToApproval("r", { responder: "ann" });

// What comes out.
const response = await answer;
expectTypeOf(response.state).toEqualTypeOf<"approved" | "rejected" | "timeout" | "cancelled">();
expectTypeOf(response.context).toEqualTypeOf<JsonValue>();
expectTypeOf(response.respondedAt).toEqualTypeOf<Date>();
expectTypeOf(gate.attach("r")).resolves.toEqualTypeOf<ApprovalResponse | null>();
expectTypeOf(gate.getApproval("r")).resolves.toEqualTypeOf<ApprovalRequest | null>();
expectTypeOf(gate.getPendingApprovals({ approvalType: "t" })).resolves.toEqualTypeOf<ApprovalRequest[]>();
expectTypeOf(gate.cancelApproval("r", "why")).resolves.toEqualTypeOf<boolean>();
expectTypeOf(gate.clearExpiredRequests()).resolves.toEqualTypeOf<number>();
expectTypeOf((await told).refusal).toEqualTypeOf<
  | "self"
  | "not-allowed"
  | "voted"
  | "digest"
  | "digest-missing"
  | "not-found"
  | "decided"
  | "unavailable"
  | null
>();
// @ts-expect-error nobody changes a response
response.approved = true;

// The event of a transition.
const [event] = await new EventStreamer().getRecentEvents(approvalAudit);
if (event?.valid) {
  expectTypeOf(event.eventType).toEqualTypeOf<"approval_audit">();
  expectTypeOf(event.data.transition).toEqualTypeOf<
    "requested" | "voted" | "escalated" | "approved" | "rejected" | "timeout" | "cancelled"
  >();
}
