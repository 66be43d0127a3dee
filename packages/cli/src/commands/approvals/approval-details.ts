/** All that is known of a request, for people. */
import type { ApprovalRequest, ApprovalResponse } from "@attune/approvals";
import { cleanJson, cleanText } from "@attune-tools/terminal-text";
import type { Output, Style } from "../../session/output.ts";
import { agoText, timeText } from "../../text/time.ts";
import { leftText } from "./left-text.ts";

export interface DetailsOptions {
  readonly utc: boolean;
  readonly now: number;
  /** Of a request that is not pending. */
  readonly decision?: ApprovalResponse | null;
}

export const stateStyle: Readonly<Record<ApprovalRequest["state"], Style>> = {
  pending: "yellow",
  approved: "green",
  rejected: "red",
  timeout: "red",
  cancelled: "dim",
};

const atTheEnd: Readonly<Record<ApprovalRequest["onTimeout"], string>> = {
  reject: "not approved then",
  approve: "approved then, if nobody rejects it",
  escalate: "others are asked then",
};

export function printDetails(
  output: Output,
  request: ApprovalRequest,
  { utc, now, decision }: DetailsOptions,
): void {
  const { state, allowedResponders, approvals } = request;
  const vote = (who: string, at: Date, reason: string) => `${who}, ${timeText(at, utc)}${reasonText(reason)}`;
  output.fields([
    { name: "id", value: request.requestId },
    { name: "type", value: request.approvalType },
    { name: "asked by", value: request.agentId },
    { name: "state", value: state, style: stateStyle[state] },
    {
      name: "since",
      value: `${timeText(request.requestedAt, utc)} (${agoText(request.requestedAt, now)} ago)`,
    },
    ...(state === "pending" ? [{ name: "until", value: untilText(request, utc, now) }] : []),
    ...(request.escalated
      ? [{ name: "escalated", value: "nobody had decided in time: others are asked" }]
      : []),
    { name: "approvals", value: `${approvals.length} of ${request.requiredApprovals}` },
    ...approvals.map(({ responder, reason, votedAt }) => ({
      name: "",
      value: vote(responder, votedAt, reason),
    })),
    ...(allowedResponders ? [{ name: "may answer", value: allowedResponders.join(", ") }] : []),
    ...(decision
      ? [{ name: "decided by", value: vote(decision.responder, decision.respondedAt, decision.reason) }]
      : []),
    { name: "digest", value: request.digest },
    { name: "context", value: "" },
  ]);
  // Escaped and not replaced: it stays readable as what it is.
  for (const line of JSON.stringify(request.context, null, 2).split("\n")) {
    output.line(`  ${cleanJson(line)}`);
  }
}

function untilText(request: ApprovalRequest, utc: boolean, now: number): string {
  const then = request.escalated ? atTheEnd.reject : atTheEnd[request.onTimeout];
  return `${timeText(request.expiresAt, utc)} (${leftText(request, now)} left, ${then})`;
}

export function reasonText(reason: string): string {
  return reason === "" ? "" : `: ${cleanText(reason)}`;
}
