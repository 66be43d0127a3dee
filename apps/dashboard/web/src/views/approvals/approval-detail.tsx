/** A request as a whole: who asks, what changes, how long there is, who has said what. */

import { useState } from "react";
import type { ApprovalJson } from "../../../../src/protocol/records.ts";
import { AgentLink } from "../../ui/agent-link.tsx";
import { Ago } from "../../ui/ago.tsx";
import { bytesText } from "../../ui/bytes-text.ts";
import { JsonView } from "../../ui/json-view.tsx";
import { LoadError } from "../../ui/load-error.tsx";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { TimeOfDay } from "../../ui/time.tsx";
import type { AcceptedAnswer, KnownApproval, Transition } from "./approval-answers.ts";
import type { Verdict } from "./consequence.ts";
import { Countdown } from "./countdown.tsx";
import { DecisionDialog } from "./decision-dialog.tsx";
import { StateBadge } from "./state-badge.tsx";
import { useApproval } from "./use-approval.ts";
import { WhatIsAsked } from "./what-changed.tsx";

export interface ApprovalDetailProps {
  readonly requestId: string;
  /** As it was last pushed; `undefined`: it was not pending since the page is there. */
  readonly known: ApprovalJson | undefined;
  /** As it is pending now. */
  readonly current: ApprovalJson | undefined;
  readonly readOnly: boolean;
  readonly responder: string;
  readonly onBack: (() => void) | undefined;
}

export function ApprovalDetail(props: ApprovalDetailProps) {
  const { requestId, known, current, readOnly, responder, onBack } = props;
  // What was read belongs to one state of it.
  const state = current
    ? `${current.digest} ${current.approvals.length} ${current.escalated}`
    : "not pending";
  const { answer, error, retry } = useApproval(requestId, state);
  /** What is about to be decided, as it was shown when somebody asked for it. */
  const [asked, setAsked] = useState<{ readonly verdict: Verdict; readonly shown: ApprovalJson }>();
  const [accepted, setAccepted] = useState<AcceptedAnswer & { readonly verdict: Verdict }>();
  const read = answer?.approval;
  const pending = wholeOf(current, read);
  const approval: KnownApproval | undefined = pending ?? read ?? known;
  const isWhole = approval !== undefined && approval.context_bytes === undefined;
  const isPending = current !== undefined && !(accepted && accepted.state !== "pending");
  const ask = (wanted: Verdict) => () => {
    if (isPending && !readOnly && pending?.context_bytes === undefined && pending)
      setAsked({ verdict: wanted, shown: pending });
  };
  useShortcuts({ a: ask("approve"), r: ask("reject") });
  if (!approval) {
    return error ? (
      <LoadError what="The request" error={error} onRetry={retry} />
    ) : (
      <p className="muted">Reading the request …</p>
    );
  }
  return (
    <article className="approval-detail" aria-label={`Request for approval: ${approval.approval_type}`}>
      {onBack ? (
        <button type="button" className="approval-back" onClick={onBack}>
          ← All requests
        </button>
      ) : null}
      <div className="approval-scroll">
        <header>
          <h2>{approval.approval_type}</h2>
          {isPending ? (
            <Countdown approval={current} long />
          ) : (
            <StateBadge state={accepted?.state ?? read?.state ?? approval.state} />
          )}
        </header>
        <Facts approval={approval} />
        {accepted ? <Told accepted={accepted} /> : null}
        {!isPending && !accepted && read?.decision ? <Decision approval={read} /> : null}
        {error ? <LoadError what="What belongs to it" error={error} onRetry={retry} /> : null}
        {isWhole ? (
          <WhatIsAsked context={approval.context} previous={answer?.previous} />
        ) : (
          <p className="muted">Reading its {bytesText(approval.context_bytes ?? null)} of context …</p>
        )}
        {answer && answer.transitions.length > 0 ? <History transitions={answer.transitions} /> : null}
        <details className="part">
          <summary>As JSON</summary>
          <JsonView value={approval} label="The request as JSON" />
        </details>
      </div>
      {isPending ? (
        <footer className="decide">
          {readOnly ? (
            <p className="muted">This dashboard was started with --read-only: nothing can be decided here.</p>
          ) : (
            <>
              <button type="button" className="approve" disabled={!isWhole} onClick={ask("approve")}>
                Approve … <kbd className="key-hint">a</kbd>
              </button>
              <button type="button" className="reject" disabled={!isWhole} onClick={ask("reject")}>
                Reject … <kbd className="key-hint">r</kbd>
              </button>
            </>
          )}
        </footer>
      ) : null}
      {asked ? (
        <DecisionDialog
          {...asked}
          current={pending}
          responder={responder}
          onClose={() => setAsked(undefined)}
          onDecided={(told) => {
            setAsked(undefined);
            setAccepted({ ...told, verdict: asked.verdict });
            retry();
          }}
        />
      ) : null}
    </article>
  );
}

/** The pushed one has no context where that was too large: then the one that was read, if it is of the same. */
function wholeOf(
  current: ApprovalJson | undefined,
  read: KnownApproval | undefined,
): ApprovalJson | undefined {
  if (current?.context_bytes === undefined) return current;
  if (read?.digest !== current.digest) return current;
  const { context_bytes, ...rest } = current;
  return { ...rest, context: read.context };
}

function Facts({ approval }: { readonly approval: KnownApproval }) {
  const { agent_id, request_id, requested_at, required_approvals, approvals, allowed_responders } = approval;
  return (
    <dl className="request-facts">
      <dt>Asked by</dt>
      <dd>
        <AgentLink id={agent_id} />{" "}
        <span className="muted">
          <Ago iso={requested_at} />
        </span>
      </dd>
      {required_approvals !== null && required_approvals > 1 ? (
        <>
          <dt>Approvals</dt>
          <dd>
            {approvals.length} of {required_approvals}
            {approvals.map(({ responder, reason }) => (
              <span key={responder} className="vote">
                {responder}
                {reason === "" ? null : <span className="muted"> “{reason}”</span>}
              </span>
            ))}
          </dd>
        </>
      ) : null}
      <dt>May decide</dt>
      <dd>{allowed_responders ? namesText(allowed_responders) : "anybody but the agent itself"}</dd>
      <dt>Request</dt>
      <dd className="mono">{request_id}</dd>
    </dl>
  );
}

const shownNames = 12;

function namesText(names: readonly string[]): string {
  const more = names.length - shownNames;
  return more > 0 ? `${names.slice(0, shownNames).join(", ")} and ${more} more` : names.join(", ");
}

function Told({ accepted }: { readonly accepted: AcceptedAnswer & { readonly verdict: Verdict } }) {
  const { verdict, responder, state } = accepted;
  const more = state === "pending" ? " More approvals are needed." : "";
  return (
    <p className={`told-decision ${verdict}`} role="status">
      {verdict === "approve" ? "Approved" : "Rejected"} by {responder}: the store has it.{more}
    </p>
  );
}

function Decision({ approval: { state, decision } }: { readonly approval: KnownApproval }) {
  if (!decision) return null;
  const who = decision.responder === "system" ? "" : ` by ${decision.responder}`;
  return (
    <p className="told-decision" role="status">
      {state === "timeout" ? "Nobody decided in time" : `It is ${state}${who}`}
      {decision.reason === "" ? "." : `: “${decision.reason}”`}
    </p>
  );
}

function History({ transitions }: { readonly transitions: readonly Transition[] }) {
  return (
    <section className="part" aria-label="History">
      <h3>History</h3>
      <ol className="history">
        {transitions.map(({ transition, responder, reason, at }) => (
          <li key={`${at} ${transition} ${responder}`}>
            <span className="muted num">
              <TimeOfDay iso={at} />
            </span>{" "}
            {transition}
            {responder && responder !== "system" ? ` by ${responder}` : ""}
            {reason === "" ? null : <span className="muted"> “{reason}”</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}
