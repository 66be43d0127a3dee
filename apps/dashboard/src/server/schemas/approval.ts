/** Requests for approval and decisions as JSON. */
import { z } from "zod";
import { anyJson } from "./any-json.ts";

export const approvalStates = ["pending", "approved", "rejected", "timeout", "cancelled"] as const;

export const decisionSchema = z.object({
  approved: z.boolean(),
  responder: z.string().describe("`system`: nobody decided; the clock, an outage or the requester ended it."),
  reason: z.string(),
  responded_at: z.string().nullable().describe("ISO 8601."),
});

export const approvalSchema = z.object({
  request_id: z.string(),
  approval_type: z.string(),
  agent_id: z.string().describe("Who asks."),
  state: z.enum(approvalStates),
  requested_at: z.string().nullable(),
  expires_at: z.string().nullable(),
  required_approvals: z.number(),
  approvals: z.array(
    z.object({ responder: z.string(), reason: z.string(), voted_at: z.string().nullable() }),
  ),
  allowed_responders: z
    .array(z.string())
    .readonly()
    .nullable()
    .describe("`null`: anybody but the agent itself."),
  require_digest: z.boolean(),
  on_timeout: z.enum(["reject", "approve", "escalate"]),
  escalated: z.boolean(),
  decision: decisionSchema.nullable().describe("Of a request that is not pending."),
  digest: z
    .string()
    .describe("Of type and context: send it with the decision, so that it counts for this and nothing else."),
  context: anyJson.describe("What is to be approved."),
});

/** As the audit tells of it. */
export const decidedSchema = z.object({
  event_id: z.string().describe("Of the event that tells of it."),
  request_id: z.string(),
  approval_type: z.string(),
  agent_id: z.string(),
  state: z.enum(approvalStates),
  responder: z.string().nullable(),
  reason: z.string(),
  decided_at: z.string().nullable(),
  digest: z.string(),
  context: anyJson,
});

/** What became of a request, step by step. */
export const transitionSchema = z.object({
  transition: z.enum(["requested", "voted", "escalated", "approved", "rejected", "timeout", "cancelled"]),
  state: z.enum(approvalStates).describe("Of the request after it."),
  responder: z.string().nullable(),
  reason: z.string(),
  digest: z.string(),
  at: z.string(),
});

/** An earlier request, to be compared with. */
export const previousSchema = z.object({
  request_id: z.string(),
  agent_id: z.string(),
  requested_at: z.string(),
  state: z.enum(approvalStates),
  responder: z.string().nullable(),
  reason: z.string(),
  digest: z.string(),
  context: anyJson,
});
