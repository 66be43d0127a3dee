/** `attune approvals approve` and `reject`: what is decided on is shown, and the decision is about that and nothing else. */

import {
  ApprovalGate,
  type ApprovalRequest,
  type ApprovalResponse,
  type RespondedApproval,
} from "@attune/approvals";
import { checkText } from "@attune/transport";
import { isoTime } from "@attune-tools/record-json";
import { cleanText } from "@attune-tools/terminal-text";
import { CliError, exitCode, notFound, usageError } from "../../exit-code.ts";
import { confirm } from "../../session/confirm.ts";
import type { Session } from "../../session/session.ts";
import { printDetails, reasonText } from "./approval-details.ts";
import { checkRequestId, findRequest } from "./find-request.ts";
import { responderOf } from "./responder.ts";

export interface DecideOptions {
  readonly reason?: string;
  readonly as?: string;
  readonly digest?: string;
  readonly yes?: boolean;
}

export function approve(session: Session, options: DecideOptions, [id]: readonly string[]): Promise<void> {
  return decide(session, { ...options, id: id!, approved: true });
}

export function reject(session: Session, options: DecideOptions, [id]: readonly string[]): Promise<void> {
  return decide(session, { ...options, id: id!, approved: false });
}

interface Decision extends DecideOptions {
  readonly id: string;
  readonly approved: boolean;
}

async function decide(session: Session, decision: Decision): Promise<void> {
  const { id, approved, yes, digest } = decision;
  checkRequestId(id);
  const responder = responderOf(session, decision.as);
  const reason = checkText("--reason", decision.reason ?? "", { maxBytes: 4096 });
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest)) {
    throw usageError("--digest is 64 hexadecimal digits, as attune approvals show prints them.");
  }
  const transport = await session.openExisting();
  await using gate = new ApprovalGate({ transport });
  const request = await findRequest(gate, id);
  const { requestId } = request;
  // Nobody looks, and another one may begin so since the one that was meant is gone.
  if (yes && requestId !== id && digest === undefined) {
    throw usageError(`With --yes the id is given whole: ${JSON.stringify(requestId)}. Or say --digest.`);
  }
  if (request.state !== "pending") throw tooLate(await gate.attach(requestId));
  if (digest !== undefined && digest !== request.digest) throw changed(requestId);
  if (!session.json || !yes) {
    printDetails(session.stderr, request, { utc: session.utc, now: transport.clock.now() });
    session.stderr.flush(); // in front of the question
  }
  await confirm(session, questionOf(request, approved, responder), yes);
  const answer = { approved, responder, reason, digest: request.digest };
  const outcome = await gate.respondToApproval(requestId, answer);
  if (!outcome.accepted) throw await refusal(outcome, request, responder, gate);
  printOutcome(session, request, { approved, responder, state: outcome.state });
}

function questionOf(
  { approvalType, agentId }: ApprovalRequest,
  approved: boolean,
  responder: string,
): string {
  const what = `${JSON.stringify(approvalType)} of ${JSON.stringify(agentId)}`;
  return cleanText(`${approved ? "Approve" : "Reject"} ${what}, as ${JSON.stringify(responder)}?`);
}

interface Outcome extends Pick<RespondedApproval, "state"> {
  readonly approved: boolean;
  readonly responder: string;
}

function printOutcome(
  { stdout, json }: Session,
  { requestId, requiredApprovals }: ApprovalRequest,
  { approved, responder, state }: Outcome,
): void {
  const more = state === "pending" ? `: one of ${requiredApprovals} approvals that it needs` : "";
  if (json) stdout.json({ request_id: requestId, approved, responder, state });
  else stdout.line(`${approved ? "approved" : "rejected"} ${cleanText(requestId)}${more}`);
}

/** Why it does not count, in the library's terms. */
async function refusal(
  { refusal: why }: RespondedApproval,
  { requestId, allowedResponders }: ApprovalRequest,
  responder: string,
  gate: ApprovalGate,
): Promise<CliError> {
  const who = JSON.stringify(responder);
  const failed = (message: string) => new CliError(exitCode.failed, cleanText(message));
  switch (why) {
    case "self":
      return failed(`${who} asks for it, and does not decide it (self).`);
    case "not-allowed":
      return failed(
        `${who} is not among those who may decide it (not-allowed): ${allowedResponders?.join(", ") ?? "?"}.`,
      );
    case "voted":
      return failed(`${who} has approved it before (voted); others have to, too.`);
    case "digest":
    case "digest-missing":
      return changed(requestId);
    case "not-found":
      return notFound(cleanText(`The request ${JSON.stringify(requestId)} is gone.`));
    case "unavailable":
      return new CliError(
        exitCode.storeUnavailable,
        "The store has gone away: it is not known whether the decision counts.",
        [`Once it is back: attune approvals show ${requestId}`],
      );
    default:
      return tooLate(await gate.attach(requestId));
  }
}

/** `null`: it is not known any more who has decided. */
function tooLate(decision: ApprovalResponse | null): CliError {
  if (!decision) return new CliError(exitCode.failed, "It is too late: it was decided before (decided).");
  const { state, responder, reason, respondedAt } = decision;
  const by = cleanText(JSON.stringify(responder));
  return new CliError(
    exitCode.failed,
    `It is too late (decided): ${state}, by ${by}, at ${isoTime(respondedAt) ?? "?"}${reasonText(reason)}`,
  );
}

function changed(requestId: string): CliError {
  return new CliError(exitCode.failed, "It has changed since it was shown (digest); nothing was decided.", [
    `Look again: attune approvals show ${requestId}`,
  ]);
}
