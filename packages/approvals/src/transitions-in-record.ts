/** What a record tells of the transitions that made it: any of its readers can tell of them. */
import type { ApprovalState } from "./approval-request.ts";
import { system } from "./approval-response.ts";
import type { StoredRequest } from "./stored-request.ts";

export interface TransitionInRecord {
  readonly transition: "requested" | "voted" | "escalated" | Exclude<ApprovalState, "pending">;
  /** Of the request after it. */
  readonly state: ApprovalState;
  readonly responder: string | null;
  readonly reason: string;
  readonly version: number;
  /** ISO 8601. */
  readonly at: string;
}

/** `undefined`: the record does not tell; an edit has replaced the votes before it. */
export function transitionAt(request: StoredRequest, version: number): TransitionInRecord | undefined {
  const { votes, escalated, decision, requested_at } = request;
  if (version === 1) {
    const asked = { responder: request.agent_id, reason: "", at: requested_at };
    return { transition: "requested", state: "pending", version, ...asked };
  }
  if (decision?.version === version && request.state !== "pending") {
    const { responder, reason, responded_at: at } = decision;
    return { transition: request.state, state: request.state, version, responder, reason, at };
  }
  if (escalated?.version === version) {
    const by = { responder: system, reason: "nobody decided in time", at: escalated.at };
    return { transition: "escalated", state: "pending", version, ...by };
  }
  const vote = votes.find((one) => one.version === version);
  if (!vote) return undefined;
  const { responder, reason, voted_at: at } = vote;
  return { transition: "voted", state: "pending", version, responder, reason, at };
}
