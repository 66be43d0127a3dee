/** The schema of the audit's event. Open: unknown fields pass. */
import { z } from "zod";
import { approvalStates } from "./approval-request.ts";

const time = z.iso.datetime({ offset: true, local: true });

export const approvalAuditSchema = z.looseObject({
  request_id: z.string().min(1),
  approval_type: z.string().min(1),
  agent_id: z.string().min(1),
  transition: z.enum(["requested", "voted", "escalated", "approved", "rejected", "timeout", "cancelled"]),
  state: z.enum(approvalStates),
  /** Who did it; `system` where it was nobody. */
  responder: z.string().nullable(),
  reason: z.string(),
  digest: z.string(),
  /** Of the record: 1 for the request, one more with each transition. */
  version: z.number().int().min(1),
  at: time,
  context: z.json().optional(),
});
