/** All that is known of one signal. */

import { AgentLink } from "../../ui/agent-link.tsx";
import { bytesText } from "../../ui/bytes-text.ts";
import { JsonView } from "../../ui/json-view.tsx";
import type { SignalFocus } from "./signal-filter.ts";
import { TypeDot } from "./signal-legend.tsx";
import type { SignalRecord } from "./signal-record.ts";

export interface SignalDetailsProps {
  readonly signal: SignalRecord;
  readonly onFocus: (focus: SignalFocus) => void;
  readonly onClose: () => void;
}

export function SignalDetails({ signal, onFocus, onClose }: SignalDetailsProps) {
  const { signalId, type, source, target, at, ttlSeconds, payload, leftOut } = signal;
  return (
    <section className="signal-details card" aria-label="Signal">
      <header>
        <h2 title={type ?? undefined}>
          <TypeDot type={type} />
          <span className="cut">{type ?? "A signal too large to be pushed"}</span>
        </h2>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close the signal">
          ✕
        </button>
      </header>
      <dl className="fields">
        <dt>From</dt>
        <dd>
          <AgentLink id={source} />
        </dd>
        <dt>To</dt>
        <dd>
          {typeof target === "string" ? <AgentLink id={target} /> : target === null ? "all agents" : "…"}
        </dd>
        <dt>Sent</dt>
        <dd className="num">{Number.isNaN(at) ? "at a time that is none" : new Date(at).toISOString()}</dd>
        <dt>Pending for</dt>
        <dd className="num">{ttlSeconds === null ? "unknown" : `${ttlSeconds} s at most`}</dd>
        <dt>Id</dt>
        <dd className="mono cut" title={signalId}>
          {signalId}
        </dd>
      </dl>
      {leftOut ? (
        <p className="muted">
          {leftOut.isLost
            ? `Its ${bytesText(leftOut.bytes)} could not be read: see its event in Events.`
            : `Its ${bytesText(leftOut.bytes)} are being fetched …`}
        </p>
      ) : (
        <JsonView value={payload} label="Payload" />
      )}
      <p className="signal-actions">
        <button type="button" onClick={() => onFocus({ kind: "agent", agent: source })}>
          Only its sender
        </button>
        {target === undefined ? null : (
          <button type="button" onClick={() => onFocus({ kind: "edge", source, target })}>
            Only this way
          </button>
        )}
      </p>
    </section>
  );
}
