/** Who decided what, when and why; newest first. */
import { memo, useMemo, useState } from "react";
import { Link } from "wouter";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { AgentLink } from "../../ui/agent-link.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { LoadError } from "../../ui/load-error.tsx";
import { ReadableValue } from "../../ui/readable-value.tsx";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { decideExample } from "../examples.ts";
import type { DecidedApproval } from "./approval-answers.ts";
import { decidedStates } from "./decided-log.ts";
import { StateBadge } from "./state-badge.tsx";
import { useDecided } from "./use-decided.ts";

const rowHeight = 58;

export function DecidedApprovals({ search }: { readonly search: string }) {
  const [type, setType] = useState("");
  const [state, setState] = useState("");
  const { all, loading, error, hasMore, more } = useDecided(type);
  const types = useSeenTypes(all);
  const [selected, setSelected] = useState<DecidedApproval>();
  const [isOpen, setOpen] = useState(false);
  const shown = useMemo(() => found(all, state, search), [all, state, search]);
  return (
    <div className="decided">
      <div className="toolbar">
        <label>
          Type{" "}
          <select value={type} onChange={(event) => setType(event.target.value)}>
            <option value="">all</option>
            {types.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label>
          Decision{" "}
          <select value={state} onChange={(event) => setState(event.target.value)}>
            <option value="">all</option>
            {decidedStates.map((one) => (
              <option key={one} value={one}>
                {one === "timeout" ? "timed out" : one}
              </option>
            ))}
          </select>
        </label>
        <span className="muted num" aria-live="polite">
          {shown.length} shown{hasMore ? ", there are older ones" : ""}
        </span>
        {hasMore ? (
          <button type="button" disabled={loading} onClick={more}>
            {loading ? "Reading …" : "Older ones"}
          </button>
        ) : null}
      </div>
      {error ? <LoadError what="Decisions" error={error} onRetry={more} /> : null}
      {all.length === 0 && !error ? (
        loading ? (
          <p className="muted">Reading the newest decisions …</p>
        ) : (
          <NothingDecided />
        )
      ) : (
        <VirtualList
          label="Decisions, newest first"
          items={shown}
          keyOf={keyOf}
          height={rowHeight}
          selection={{
            key: selected?.event_id,
            onSelect: setSelected,
            onOpen: () => setOpen(true),
          }}
        >
          {drawRow}
        </VirtualList>
      )}
      {selected && isOpen ? <DecidedDialog decided={selected} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

const keyOf = ({ event_id }: DecidedApproval) => event_id;
const drawRow = (decided: DecidedApproval) => <DecidedRow decided={decided} />;

const DecidedRow = memo(function DecidedRow({ decided }: { readonly decided: DecidedApproval }) {
  const { state, approval_type, agent_id, reason, decided_at } = decided;
  return (
    <div className="decided-row">
      <StateBadge state={state} />
      <span className="decided-what">
        <strong className="cut" title={approval_type}>
          {approval_type}
        </strong>
        <span className="cut muted" title={agent_id}>
          {agent_id}
        </span>
      </span>
      <span className="decided-why cut" title={reason}>
        {reason}
      </span>
      <span className="decided-who">
        <span className="cut">{whoText(decided)}</span>
        <time className="num muted" dateTime={decided_at ?? undefined}>
          {timeText(decided_at)}
        </time>
      </span>
    </div>
  );
});

function DecidedDialog({
  decided,
  onClose,
}: {
  readonly decided: DecidedApproval;
  readonly onClose: () => void;
}) {
  const { state, approval_type, agent_id, reason, decided_at, request_id, context } = decided;
  return (
    <Dialog title={approval_type} onClose={onClose}>
      <dl className="request-facts">
        <dt>Decision</dt>
        <dd>
          <StateBadge state={state} /> {whoText(decided)}
        </dd>
        <dt>When</dt>
        <dd className="num">{timeText(decided_at)}</dd>
        <dt>Why</dt>
        <dd>{reason === "" ? <span className="muted">no reason was given</span> : reason}</dd>
        <dt>Asked by</dt>
        <dd>
          <AgentLink id={agent_id} />
        </dd>
        <dt>Request</dt>
        <dd className="mono">{request_id}</dd>
      </dl>
      <h3>What was asked</h3>
      <ReadableValue value={context} />
      <div className="buttons">
        <Link href={`/approvals?id=${encodeURIComponent(request_id)}`}>The whole request</Link>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function whoText({ responder, state }: DecidedApproval): string {
  if (responder && responder !== "system") return responder;
  return state === "timeout" ? "nobody in time" : "by itself";
}

function timeText(iso: string | null): string {
  const time = new Date(iso ?? "");
  return Number.isNaN(time.getTime()) ? "?" : time.toLocaleString();
}

/** A type that was seen once can be chosen, also when another one is. */
function useSeenTypes(all: readonly DecidedApproval[]): readonly string[] {
  const [seen] = useState(() => new Set<string>());
  for (const { approval_type } of all) if (seen.size < 500) seen.add(approval_type);
  return [...seen].sort();
}

function found(
  all: readonly DecidedApproval[],
  wantedState: string,
  search: string,
): readonly DecidedApproval[] {
  const text = search.trim().toLowerCase();
  return all.filter(({ state, approval_type, agent_id, responder, reason, request_id }) => {
    if (wantedState !== "" && state !== wantedState) return false;
    const names = [approval_type, agent_id, responder, reason, request_id];
    return text === "" || names.some((name) => name?.toLowerCase().includes(text));
  });
}

function NothingDecided() {
  const fleet = useFleet();
  useSlice("store");
  return (
    <EmptyState title="Nothing has been decided yet" example={decideExample(fleet.store?.location)}>
      Decisions are shown here, whoever makes them: this page, a terminal, or a program.
    </EmptyState>
  );
}
