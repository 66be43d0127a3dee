/** The newest signals, newest first. It stands still while somebody reads further below. */

import { memo, useCallback, useMemo, useRef, useState } from "react";
import { bytesText } from "../../ui/bytes-text.ts";
import { clockText } from "../../ui/time-text.ts";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { TypeDot } from "./signal-legend.tsx";
import type { SignalRecord } from "./signal-record.ts";
import { useHeldItems } from "./use-held-items.ts";

export interface SignalListProps {
  readonly signals: readonly SignalRecord[];
  readonly selected: SignalRecord | undefined;
  readonly onSelect: (signal: SignalRecord) => void;
  /** Whatever makes it another list. */
  readonly filter: unknown;
}

const rowHeight = 50;
const longestPreview = 160;

export function SignalList({ signals, selected, onSelect, filter }: SignalListProps) {
  const box = useRef<HTMLDivElement>(null);
  const [isAway, setIsAway] = useState(false);
  const { items, newer } = useHeldItems(signals, isAway, keyOf, filter);
  const onScroll = useCallback((fromBeginning: number) => setIsAway(fromBeginning > 4), []);
  const selection = useMemo(() => ({ key: selected?.signalId, onSelect }), [selected?.signalId, onSelect]);
  const toNewest = () => {
    setIsAway(false);
    box.current?.querySelector(".virtual-list")?.scrollTo({ top: 0 });
  };
  return (
    <div className="signal-list" ref={box}>
      <VirtualList
        label="Newest signals"
        items={items}
        keyOf={keyOf}
        height={rowHeight}
        onScroll={onScroll}
        selection={selection}
      >
        {drawRow}
      </VirtualList>
      {newer === 0 ? null : (
        <button type="button" className="newer primary" onClick={toNewest}>
          {newer === null ? "To the newest" : `${newer} newer`}
        </button>
      )}
    </div>
  );
}

const keyOf = ({ signalId }: SignalRecord) => signalId;
const drawRow = (signal: SignalRecord) => <SignalRow signal={signal} />;

const SignalRow = memo(function SignalRow({ signal }: { readonly signal: SignalRecord }) {
  const { type, source, target, at } = signal;
  return (
    <div className="signal-row">
      <span className="signal-type" title={type ?? undefined}>
        <TypeDot type={type} />
        <span className="cut">{type ?? "…"}</span>
      </span>
      <time className="num muted" dateTime={Number.isNaN(at) ? undefined : new Date(at).toISOString()}>
        {clockText(new Date(at))}
      </time>
      <span className="signal-way cut" title={`${source} → ${targetText(target)}`}>
        {source} <span className="muted">→</span> {targetText(target)}
      </span>
      <span className="signal-preview mono muted cut">{previewOf(signal)}</span>
    </div>
  );
});

export function targetText(target: string | null | undefined): string {
  return target === null ? "all" : (target ?? "…");
}

function previewOf({ payload, leftOut }: SignalRecord): string {
  if (leftOut) return `${bytesText(leftOut.bytes)}${leftOut.isLost ? ", could not be read" : ""}`;
  if (payload === null || payload === undefined) return "";
  return JSON.stringify(payload).slice(0, longestPreview);
}
