/** Decided requests from what is pushed, joined with those of the store. */

import type { EventJson } from "../../../../src/protocol/records.ts";
import { compareEventIds } from "../../ui/compare-event-ids.ts";
import { isObject } from "../../ui/is-object.ts";
import type { DecidedApproval } from "./approval-answers.ts";

export const decidedStates = ["approved", "rejected", "timeout", "cancelled"] as const;

/** More nobody leafs through. */
const mostKept = 5000;

/** `undefined`: the event tells of no decision. */
export function decidedOfEvent({ event_id, event_type, data }: EventJson): DecidedApproval | undefined {
  if (event_type !== "approval_audit" || !isObject(data)) return undefined;
  const { request_id, approval_type, agent_id, state, responder, reason, at, context = null } = data;
  const decided = decidedStates.find((one) => one === state);
  if (!decided || !isText(request_id) || !isText(approval_type) || !isText(agent_id)) return undefined;
  return {
    event_id,
    request_id,
    approval_type,
    agent_id,
    state: decided,
    responder: isText(responder) ? responder : null,
    reason: isText(reason) ? reason : "",
    decided_at: isText(at) ? at : null,
    context,
  };
}

/** Each once, newest first. */
export function mergedDecided(
  one: readonly DecidedApproval[],
  other: readonly DecidedApproval[],
): readonly DecidedApproval[] {
  const byEvent = new Map([...one, ...other].map((decided) => [decided.event_id, decided]));
  return [...byEvent.values()].sort(byTime).slice(0, mostKept);
}

/** All are of one stream. */
function byTime(one: DecidedApproval, other: DecidedApproval): number {
  return compareEventIds(other.event_id, one.event_id);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
