/** Who tells whom what: a live picture of the signals, and the newest of them as a list. */
import { useCallback, useMemo, useState } from "react";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { AgentLink } from "../../ui/agent-link.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { LoadError } from "../../ui/load-error.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { signalsExample } from "../examples.ts";
import { FlowPicture } from "./flow-picture.tsx";
import { SignalDetails } from "./signal-details.tsx";
import { type SignalFocus, selectSignals } from "./signal-filter.ts";
import { SignalLegend } from "./signal-legend.tsx";
import { SignalList, targetText } from "./signal-list.tsx";
import { keptSignals } from "./signal-log.ts";
import type { SignalRecord } from "./signal-record.ts";
import { useSignalFeed } from "./use-signal-feed.ts";
import "../../styles/palette.css";
import "./signals.css";

export function SignalsView() {
  const { feed, version, onSignal } = useSignalFeed();
  const [types, setTypes] = useState<ReadonlySet<string>>(new Set<string>());
  const [search, setSearch] = useState("");
  const [focus, setFocus] = useState<SignalFocus | null>(focusOfAddress);
  const [selectedOne, setSelected] = useState<SignalRecord>();
  const filter = useMemo(() => ({ types, search, focus }), [types, search, focus]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log is changed in place, and the version says when
  const signals = useMemo(
    () => (feed ? selectSignals(feed.log.all, filter, keptSignals) : []),
    [feed, filter, version],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const listedTypes = useMemo(() => feed?.traffic.types(Date.now()) ?? [], [feed, version]);
  const selected = useCompleted(selectedOne, signals);
  const focusOn = useCallback((next: SignalFocus) => {
    setFocus(next);
    setSelected(undefined);
  }, []);
  const leave = () => {
    if (selected) setSelected(undefined);
    else setFocus(null);
  };
  useShortcuts({ Escape: leave });
  const isEmpty = feed !== undefined && feed.log.all.length === 0;
  return (
    <div className="signals-view">
      <div className="toolbar">
        <h1>Signals</h1>
        <SearchBox label="Search agents and types" value={search} onChange={setSearch} />
        {focus ? <FocusChip focus={focus} onClear={() => setFocus(null)} /> : null}
      </div>
      {feed?.error ? (
        <LoadError what="Earlier signals" error={feed.error} onRetry={() => void feed.readOlder()} />
      ) : null}
      {isEmpty ? (
        feed.loading ? (
          <p className="muted">Reading the newest signals …</p>
        ) : (
          <NoSignals />
        )
      ) : feed ? (
        <>
          <SignalLegend types={listedTypes} chosen={types} onChange={setTypes} />
          <div className="signals-body">
            <FlowPicture
              feed={feed}
              onSignal={onSignal}
              onFocus={focusOn}
              types={types}
              search={search}
              focus={focus}
            />
            <div className="signals-side">
              {signals.length > 0 ? (
                <SignalList signals={signals} selected={selected} onSelect={setSelected} filter={filter} />
              ) : (
                <p className="muted nothing">No signal of those that are kept here fits.</p>
              )}
              {selected ? (
                <SignalDetails signal={selected} onFocus={focusOn} onClose={() => setSelected(undefined)} />
              ) : null}
            </div>
          </div>
        </>
      ) : null}
    </div>
  );
}

/** What was left out of a signal at first may be known by now. */
function useCompleted(
  selected: SignalRecord | undefined,
  signals: readonly SignalRecord[],
): SignalRecord | undefined {
  if (!selected?.leftOut) return selected;
  const whole = signals.find(
    ({ at, source, leftOut }) =>
      at === selected.at && source === selected.source && (!leftOut || leftOut.isLost),
  );
  return whole ?? selected;
}

function focusOfAddress(): SignalFocus | null {
  const agent = new URLSearchParams(window.location.search).get("agent");
  return agent ? { kind: "agent", agent } : null;
}

function FocusChip({ focus, onClear }: { readonly focus: SignalFocus; readonly onClear: () => void }) {
  return (
    <span className="focus-chip">
      {focus.kind === "agent" ? (
        <AgentLink id={focus.agent} />
      ) : (
        <>
          <AgentLink id={focus.source} /> →{" "}
          {focus.target === null ? targetText(null) : <AgentLink id={focus.target} />}
        </>
      )}
      <button type="button" className="quiet" onClick={onClear} aria-label="Show all agents again">
        ✕
      </button>
    </span>
  );
}

function NoSignals() {
  const fleet = useFleet();
  useSlice("store");
  return (
    <EmptyState title="No signals yet" example={signalsExample(fleet.store?.location)}>
      Signals of agents are seen here when they are published as events, too: create{" "}
      <code>CoordinationSignals</code> with <code>enableStreaming: true</code>. Those that the command sends
      always are.
    </EmptyState>
  );
}
