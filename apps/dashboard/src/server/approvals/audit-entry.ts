/** Entries of the audit of approvals, read without a schema: there are many, and of each only this is needed. */
import type { StreamEvent } from "@attune/streams";
import type { JsonValue } from "@attune/transport";
import type { z } from "zod";
import { approvalStates, transitionSchema } from "../schemas/approval.ts";

export const auditType = "approval_audit";

export interface AuditEntry extends z.infer<typeof transitionSchema> {
  readonly event_id: string;
  readonly request_id: string;
  readonly approval_type: string;
  readonly agent_id: string;
  readonly context: JsonValue;
}

const transitions: readonly unknown[] = transitionSchema.shape.transition.options;
const states: readonly unknown[] = approvalStates;

/** `undefined` for an event of another program's making that is none. */
export function auditEntry({ eventId, data }: StreamEvent): AuditEntry | undefined {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return undefined;
  const { request_id, approval_type, agent_id, transition, state, responder, reason, digest, at, context } =
    data as { readonly [name: string]: JsonValue | undefined };
  const texts = [request_id, approval_type, agent_id, reason, digest, at];
  if (!texts.every((text) => typeof text === "string")) return undefined;
  if (responder !== null && typeof responder !== "string") return undefined;
  if (!transitions.includes(transition) || !states.includes(state)) return undefined;
  return { ...(data as unknown as AuditEntry), event_id: eventId, context: context ?? null };
}
