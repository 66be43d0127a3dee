/** `attune approvals --watch`: what is pending, then each transition, as the audit tells of them. */

import { ApprovalGate, type ApprovalRequest, type ApprovalState, approvalAudit } from "@attune/approvals";
import { EventStreamer } from "@attune/streams";
import type { JsonValue } from "@attune/transport";
import { isoTime } from "@attune-tools/record-json";
import { cleanText, padded } from "@attune-tools/terminal-text";
import type { Output } from "../../session/output.ts";
import type { Session } from "../../session/session.ts";
import { timeText } from "../../text/time.ts";
import { stateStyle } from "./approval-details.ts";

/** One line of the watch: the audit's own fields, for what was there at its start as for what happens. */
interface Line {
  readonly transition: string;
  readonly request_id: string;
  readonly approval_type: string;
  readonly agent_id: string;
  readonly state: ApprovalState;
  readonly responder: string | null;
  readonly reason: string;
  readonly digest: string;
  readonly context: JsonValue;
  readonly at: Date;
}

export async function watchApprovals(session: Session, approvalType: string | undefined): Promise<void> {
  const { stdout, signal, logger } = session;
  const transport = await session.openToFollow();
  await using gate = new ApprovalGate({ transport });
  await using consumer = new EventStreamer({ transport }).consumeEvents({
    eventTypes: [approvalAudit],
    signal,
  });
  // First: what is asked for from here on is told by the events, and what is pending now by the list.
  await consumer.ready;
  const pending = await gate.getPendingApprovals(approvalType === undefined ? {} : { approvalType });
  for (const request of pending) print(session, fromRequest(request));
  stdout.flush(); // in front of the note
  session.note(`${pending.length} pending. Watching; Ctrl-C ends.`);
  const listed = new Set(pending.map(({ requestId }) => requestId));
  for await (const event of consumer) {
    if (!event.valid) {
      logger.warn(`An event of the audit cannot be read: ${event.invalidReason}.`);
      continue;
    }
    const { data, timestamp } = event;
    if (approvalType !== undefined && data.approval_type !== approvalType) continue;
    // Asked for between the two.
    if (data.transition === "requested" && listed.delete(data.request_id)) continue;
    print(session, { ...data, context: data.context ?? null, at: timestamp });
    if (stdout.congested) await stdout.drained();
  }
}

function fromRequest(request: ApprovalRequest): Line {
  return {
    request_id: request.requestId,
    approval_type: request.approvalType,
    agent_id: request.agentId,
    transition: "pending",
    state: request.state,
    responder: request.agentId,
    reason: "",
    digest: request.digest,
    at: request.requestedAt,
    context: request.context,
  };
}

function print({ stdout, json, utc }: Session, line: Line): void {
  if (json) {
    const { transition, request_id, approval_type, agent_id, state, responder, reason, digest, context } =
      line;
    const who = { request_id, approval_type, agent_id, state, responder, reason };
    stdout.json({ transition, ...who, at: isoTime(line.at), digest, context });
  } else {
    stdout.line(lineOf(stdout, line, utc));
  }
}

function lineOf(stdout: Output, line: Line, utc: boolean): string {
  const { transition, request_id, approval_type, responder, reason, state } = line;
  const time = timeText(line.at, utc);
  const asked = transition === "pending" || transition === "requested";
  const said = asked
    ? `by ${line.agent_id}  ${JSON.stringify(line.context)}`
    : `by ${responder ?? "?"}${reason === "" ? "" : `: ${reason}`}`;
  const [id, type] = [padded(cleanText(request_id), 22), padded(cleanText(approval_type), 12)];
  const rest = stdout.rest(`${id}  ${type}  ${said}`, time.length + 13);
  const word = stdout.style(stateStyle[state], transition.padEnd(9));
  return `${stdout.style("dim", time)}  ${word}  ${rest}`;
}
