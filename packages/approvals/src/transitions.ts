/**
 * What may become of a request, as functions from one stored form to the next. Whoever carries one out puts its result on the
 * condition that nobody has changed the request meanwhile: so that there is one order of transitions, and one end.
 */
import type { JsonValue } from "@attune/transport";
import type { FinalApprovalState } from "./approval-request.ts";
import { system } from "./approval-response.ts";
import { digestOf } from "./digest.ts";
import type { StoredRequest } from "./stored-request.ts";

/** A response as it was given, checked for its form. */
export interface Answer {
  /** Names this response: whoever lost the answer to his put knows it again. */
  readonly voteId: string;
  readonly approved: boolean;
  readonly responder: string;
  readonly reason: string;
  readonly digest: string | undefined;
  /** Another context, in the place of the one asked for. */
  readonly context: JsonValue | undefined;
  /** ISO 8601. */
  readonly at: string;
  /** Of the record that it makes. */
  readonly version: number;
}

/** Why a response does not count; the request stays as it is. */
export type Refusal = "self" | "not-allowed" | "voted" | "digest" | "digest-missing";

export type Transition =
  | { readonly kind: "next"; readonly request: StoredRequest; readonly decided: boolean }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** For a request that is pending, and whose time is not over. */
export function answered(request: StoredRequest, answer: Answer): Transition {
  const { responder, approved } = answer;
  if (responder === request.agent_id) return refused("self");
  if (request.allowed_responders && !request.allowed_responders.includes(responder))
    return refused("not-allowed");
  if (answer.digest !== undefined && answer.digest !== request.digest) return refused("digest");
  // Once somebody has edited it, nobody approves by mistake what was asked for at first.
  const edits = approved && request.digest !== request.asked_digest;
  if (answer.digest === undefined && (request.require_digest || edits)) return refused("digest-missing");
  // One "no" is enough.
  if (!approved) return { kind: "next", request: decided(request, "rejected", answer), decided: true };
  const edited = withContext(request, answer.context);
  if (edited.votes.some((vote) => vote.responder === responder)) return refused("voted");
  const votes = [
    ...edited.votes,
    {
      vote_id: answer.voteId,
      responder,
      reason: answer.reason,
      voted_at: answer.at,
      version: answer.version,
    },
  ];
  const next = { ...edited, votes };
  if (votes.length < request.required_approvals) return { kind: "next", request: next, decided: false };
  return { kind: "next", request: decided(next, "approved", answer), decided: true };
}

/** For a request that is pending, and whose time is over. */
export function timedOut(request: StoredRequest, at: string, version: number): StoredRequest {
  const { on_timeout, escalation, escalated } = request;
  if (on_timeout === "escalate" && escalation && !escalated) {
    return {
      ...request,
      escalated: { at, version },
      allowed_responders: escalation.responders,
      expires_at: new Date(Date.parse(at) + escalation.timeout_ms).toISOString(),
    };
  }
  const approved = on_timeout === "approve";
  return decided(request, approved ? "approved" : "timeout", {
    voteId: null,
    approved,
    responder: system,
    reason: approved
      ? "nobody decided in time: approved, as its requester has asked for"
      : "nobody decided in time",
    at,
    version,
  });
}

/** How a request ends that its requester does not wait for any more. */
export interface Ending {
  /** Names it, as a response is named. */
  readonly endId: string;
  readonly state: "cancelled" | "timeout";
  readonly reason: string;
}

/** By its requester. */
export function ended(
  request: StoredRequest,
  { endId, state, reason }: Ending,
  at: string,
  version: number,
): StoredRequest {
  return decided(request, state, { voteId: endId, approved: false, responder: system, reason, at, version });
}

/** Who approved the context that was there before has not approved this one. */
function withContext(request: StoredRequest, context: JsonValue | undefined): StoredRequest {
  if (context === undefined) return request;
  const digest = digestOf(request.approval_type, context);
  return digest === request.digest ? request : { ...request, context, digest, votes: [] };
}

type Deciding = Pick<Answer, "approved" | "responder" | "reason" | "at" | "version"> & {
  readonly voteId: string | null;
};

function decided(
  request: StoredRequest,
  state: FinalApprovalState,
  { voteId, approved, responder, reason, at, version }: Deciding,
): StoredRequest {
  const decision = { approved, responder, reason, responded_at: at, vote_id: voteId, version };
  return { ...request, state, decision };
}

function refused(refusal: Refusal): Transition {
  return { kind: "refused", refusal };
}
