/** What became of requests, for good: each transition once. Open: unknown fields pass. */
import { defineEvent, lazySchema } from "@attune/streams";

/** A request for approval was made, voted on, escalated or decided. */
export const approvalAudit = defineEvent(
  "approval_audit",
  lazySchema(async () => (await import("./approval-audit-schema.ts")).approvalAuditSchema),
);
