/** All that is known of a request, for people. */
import type { ApprovalRequest, ApprovalResponse } from "@attune/approvals";
import { cleanJson, cleanText } from "@attune-tools/terminal-text";
import type { Output, Style } from "../../session/output.ts";
import { spanText, timeText } from "../../text/time.ts";
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
  const field = (name: string, value: string) =>
    output.line(`${output.style("dim", name.padEnd(12))}${value}`);
  const { state, allowedResponders } = request;
  field("id", cleanText(request.requestId));
  field("type", cleanText(request.approvalType));
  field("asked by", cleanText(request.agentId));
  field("state", output.style(stateStyle[state], state));
  field("since", `${timeText(request.requestedAt, utc)} (${agoText(request.requestedAt, now)})`);
  if (state === "pending") {
    const then = request.escalated ? atTheEnd.reject : atTheEnd[request.onTimeout];
    field("until", `${timeText(request.expiresAt, utc)} (${leftText(request, now)} left, ${then})`);
  }
  if (request.escalated) field("escalated", "nobody had decided in time: others are asked");
  field("approvals", `${request.approvals.length} of ${request.requiredApprovals}`);
  for (const { responder, reason, votedAt } of request.approvals) {
    field("", `${cleanText(responder)}, ${timeText(votedAt, utc)}${reasonText(reason)}`);
  }
  if (allowedResponders) field("may answer", cleanText(allowedResponders.join(", ")));
  if (decision) {
    const { responder, reason, respondedAt } = decision;
    field("decided by", `${cleanText(responder)}, ${timeText(respondedAt, utc)}${reasonText(reason)}`);
  }
  field("digest", cleanText(request.digest));
  field("context", "");
  // Escaped and not replaced: it stays readable as what it is.
  for (const line of JSON.stringify(request.context, null, 2).split("\n")) {
    output.line(`  ${cleanJson(line)}`);
  }
}

export function reasonText(reason: string): string {
  return reason === "" ? "" : `: ${cleanText(reason)}`;
}

function agoText(time: Date, now: number): string {
  const ago = now - time.getTime();
  return Number.isNaN(ago) ? "?" : `${spanText(Math.max(0, ago))} ago`;
}
