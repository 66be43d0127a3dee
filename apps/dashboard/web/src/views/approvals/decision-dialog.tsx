/** Asks whether it is meant, for exactly what was shown; and says what became of it once the server has said so. */
import { type FormEvent, useId, useRef, useState } from "react";
import type { ApprovalJson } from "../../../../src/protocol/records.ts";
import { getJson, postJson } from "../../api/request-json.ts";
import { Dialog } from "../../ui/dialog.tsx";
import type { AcceptedAnswer, ApprovalAnswer, KnownApproval } from "./approval-answers.ts";
import { ChangesBetween } from "./change-list.tsx";
import { consequenceOf, type Verdict } from "./consequence.ts";
import { Countdown } from "./countdown.tsx";
import { isOutOfDate, refusalText } from "./refusal-text.ts";
import { rememberedResponder, rememberResponder } from "./remembered-responder.ts";
import { approvalPath } from "./use-approval.ts";

export interface DecisionDialogProps {
  /** As it was shown, with its whole context. */
  readonly shown: ApprovalJson;
  readonly verdict: Verdict;
  /** As it is now; `undefined`: it is not pending any more. */
  readonly current: ApprovalJson | undefined;
  /** Who is written down where nobody says another name. */
  readonly responder: string;
  readonly onDecided: (answer: AcceptedAnswer) => void;
  readonly onClose: () => void;
}

export function DecisionDialog(props: DecisionDialogProps) {
  const { verdict, current, onDecided, onClose } = props;
  const [shown, setShown] = useState(props.shown);
  const [responder, setResponder] = useState(() => rememberedResponder(props.responder));
  const [reason, setReason] = useState("");
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  /** What is asked now in the place of what was shown. */
  const [newer, setNewer] = useState<ApprovalJson>();
  // Before the next drawing there may be a second click.
  const sent = useRef(false);
  const id = useId();
  const changed = newer ?? (current && current.digest !== shown.digest ? current : undefined);
  // A large context comes later than the news that it is another one.
  const isWhole = changed?.context_bytes === undefined;
  const isComplete = responder.trim() !== "" && (verdict === "approve" || reason.trim() !== "");

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (sent.current || !isComplete || changed) return;
    sent.current = true;
    setSending(true);
    setRefusal(undefined);
    const body = { responder: responder.trim(), reason: reason.trim(), digest: shown.digest };
    let answer: AcceptedAnswer;
    try {
      answer = await postJson<AcceptedAnswer>(`${approvalPath(shown.request_id)}/${verdict}`, body);
    } catch (error) {
      const now = await latest(shown.request_id);
      setRefusal(decidedText(now) ?? refusalText(error, body.responder));
      if (isOutOfDate(error) && now && isWholeRecord(now) && now.digest !== shown.digest) setNewer(now);
      sent.current = false;
      setSending(false);
      return;
    }
    rememberResponder(body.responder);
    onDecided(answer);
  };

  return (
    <Dialog
      title={`${verdict === "approve" ? "Approve" : "Reject"} ${shown.approval_type}?`}
      onClose={onClose}
    >
      <form className="decision" onSubmit={send}>
        <p>{consequenceOf(verdict, shown, responder.trim())}</p>
        <p className="muted">
          {current ? <Countdown approval={current} long /> : "It is not pending any more."} The decision
          counts for exactly what was shown (fingerprint{" "}
          <span className="mono">{shown.digest.slice(0, 12)}</span>).
        </p>
        {changed ? (
          <section className="changed-meanwhile" aria-label="What has changed meanwhile">
            <p role="alert">What is asked has changed since it was shown here:</p>
            {isWhole ? (
              <ChangesBetween before={shown.context} after={changed.context} />
            ) : (
              <p className="muted">Reading what it says now …</p>
            )}
            <button
              type="button"
              disabled={!isWhole}
              onClick={() => {
                setShown(changed);
                setNewer(undefined);
                setRefusal(undefined);
              }}
            >
              I have read it: decide about this instead
            </button>
          </section>
        ) : null}
        <label htmlFor={`${id}-reason`}>
          Reason {verdict === "approve" ? <span className="muted">(may be left out)</span> : null}
        </label>
        <textarea
          id={`${id}-reason`}
          rows={3}
          maxLength={1000}
          value={reason}
          required={verdict === "reject"}
          onChange={(event) => setReason(event.target.value)}
        />
        <label htmlFor={`${id}-responder`}>Your name, as it is written down</label>
        <input
          id={`${id}-responder`}
          list={`${id}-names`}
          maxLength={80}
          required
          autoComplete="off"
          value={responder}
          onChange={(event) => setResponder(event.target.value)}
        />
        <datalist id={`${id}-names`}>
          {shown.allowed_responders?.slice(0, 50).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {mayNot(shown, responder.trim()) ? <p className="hint">{mayNot(shown, responder.trim())}</p> : null}
        {refusal ? (
          <p className="refusal" role="alert">
            {refusal}
          </p>
        ) : null}
        <div className="buttons">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={verdict === "approve" ? "approve" : "reject"}
            disabled={isSending || !isComplete || changed !== undefined}
          >
            {isSending ? "Sending …" : verdict === "approve" ? "Approve" : "Reject"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the server will say, so that nobody has to try. It says it all the same. */
function mayNot({ agent_id, allowed_responders }: ApprovalJson, responder: string): string | undefined {
  if (responder === "") return undefined;
  if (responder === agent_id) return "That is who asks: nobody decides on their own request.";
  if (allowed_responders && !allowed_responders.includes(responder))
    return "That name is not among those who may decide this.";
  return undefined;
}

async function latest(requestId: string): Promise<KnownApproval | undefined> {
  try {
    return (await getJson<ApprovalAnswer>(approvalPath(requestId))).approval;
  } catch {
    return undefined;
  }
}

/** Not one that only the audit knows. */
function isWholeRecord(approval: KnownApproval): approval is ApprovalJson {
  const { required_approvals, require_digest, on_timeout } = approval;
  return required_approvals !== null && require_digest !== null && on_timeout !== null;
}

/** Whatever went wrong: what the server says to be decided is. */
function decidedText(now: KnownApproval | undefined): string | undefined {
  if (!now || now.state === "pending") return undefined;
  const { decision } = now;
  if (!decision || decision.responder === "system") return `It is not pending any more: ${now.state}.`;
  const why = decision.reason === "" ? "" : ` (“${decision.reason}”)`;
  return `It is decided already: ${now.state} by ${decision.responder}${why}.`;
}
