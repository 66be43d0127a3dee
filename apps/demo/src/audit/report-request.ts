/** What the auditor wants approved before it writes its report, and how that was decided. */
import type { ApprovalResponse } from "@attune/approvals";
import { z } from "zod";
import type { AgentIds } from "../agent-ids.ts";
import { endings } from "./audit-signals.ts";

/** The type of the request. */
export const writeReport = "write_report";

/** The context of the request. */
export const reportRequest = z.object({
  /** Absolute. */
  file: z.string(),
  /** Of the report, without the section on its approval: who approves that approves this text. */
  bytes: z.number().int().min(0),
  sha256: z.string(),
  agents: z.array(z.object({ name: z.string(), ended: z.enum(endings), meant_to_fail: z.boolean() })),
  /** Why those have not reported that have not. */
  failures: z.array(z.object({ name: z.string(), reason: z.string() })),
});
export type ReportRequest = z.infer<typeof reportRequest>;

/** A type and not an interface, so that it counts as a JSON value. */
export type ReportApproval = {
  readonly approved: boolean;
  readonly state: ApprovalResponse["state"];
  /** The reviewer or a user; `system`: nobody. */
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
};

export function toReportApproval(response: ApprovalResponse, ids: AgentIds): ReportApproval {
  const { approved, state, responder, reason, respondedAt } = response;
  return { approved, state, by: ids.nameOf(responder) ?? responder, reason, at: respondedAt.toISOString() };
}

/** `by the reviewer: every agent has reported`, with a reason where there is one. */
export function describeDecision(by: string, reason: string): string {
  return `by ${by}${reason ? `: ${reason}` : ""}`;
}
