/** What happened with an agent, one below the other, newest first. */

import { useCallback, useMemo, useState } from "react";
import { type TimelineKind, timelineKinds } from "../../../../src/protocol/timeline-kind.ts";
import { Chip } from "../../ui/chip.tsx";
import { LoadError } from "../../ui/load-error.tsx";
import { counted } from "../../ui/number-text.ts";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { narrow, useMedia } from "../../ui/use-media.ts";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { EventDetails } from "../events/event-details.tsx";
import type { AgentTimeline } from "./agent-timeline.ts";
import { TimelineRowView } from "./timeline-row-view.tsx";
import { type TimelineRow, timelineRows } from "./timeline-rows.ts";
import { kindNames } from "./timeline-text.ts";
import "../events/events.css";

export interface TimelineListProps {
  readonly agentId: string;
  readonly timeline: AgentTimeline;
}

const rowHeight = 34;
const cardHeight = 54;
/** So near to the end older ones are read: in CSS pixels. */
const nearEnd = 500;

export function TimelineList({ agentId, timeline }: TimelineListProps) {
  const [kinds, setKinds] = useState<ReadonlySet<TimelineKind>>(new Set());
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<TimelineRow>();
  const isNarrow = useMedia(narrow);
  const { items, isLoading, isAtEnd, error } = timeline;
  const rows = useMemo(() => timelineRows(items, { kinds, open }), [items, kinds, open]);
  const counts = useMemo(() => {
    const counts = new Map<TimelineKind, number>();
    for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  }, [items]);
  const close = () => (selected ? setSelected(undefined) : false);
  useShortcuts(new Map([["Escape", close]]), { first: true });
  const onScroll = useCallback(
    (_fromBeginning: number, fromEnd: number) => {
      if (fromEnd < nearEnd && !timeline.error) void timeline.loadOlder();
    },
    [timeline],
  );
  const select = (row: TimelineRow) => {
    setSelected(row);
    if (row.kind === "beats") setOpen((open) => toggledIn(open, row.key));
  };
  return (
    <section className="agent-timeline" aria-label="Timeline">
      <div className="timeline-head">
        <h2>Timeline</h2>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be for a form */}
        <div className="chips" role="group" aria-label="Kinds">
          {timelineKinds.map((kind) => (
            <Chip
              key={kind}
              className={counts.has(kind) ? "" : "chip-none"}
              pressed={kinds.has(kind)}
              count={counts.get(kind) ?? 0}
              onToggle={() => setKinds((kinds) => toggledIn(kinds, kind))}
            >
              {kindNames[kind]}
            </Chip>
          ))}
        </div>
      </div>
      {error ? (
        <LoadError what="The timeline" error={error} onRetry={() => void timeline.loadOlder()} />
      ) : null}
      <div className={selected?.kind === "item" ? "events-body events-with-details" : "events-body"}>
        <div className="events-list">
          {rows.length === 0 ? (
            <p className="muted timeline-empty">
              {isLoading
                ? "Reading the store …"
                : items.length > 0
                  ? "Nothing of these kinds."
                  : "Nothing was published about it. Beats and signals are with enableStreaming: true, workflows' stages and approvals too."}
            </p>
          ) : (
            <VirtualList
              label="Timeline, newest first"
              items={rows}
              keyOf={keyOfRow}
              height={isNarrow ? cardHeight : rowHeight}
              selection={{ key: selected?.key, onSelect: select }}
              onScroll={onScroll}
            >
              {(row) => <TimelineRowView row={row} agentId={agentId} />}
            </VirtualList>
          )}
          <p className="events-older muted" role="status">
            {counted(items.length, "event")}
            {isLoading ? ", reading on …" : ""}
            {isAtEnd ? ", all that the store has" : ""}{" "}
            {isAtEnd || isLoading ? null : (
              <button type="button" onClick={() => void timeline.loadOlder()}>
                Older
              </button>
            )}
          </p>
        </div>
        {selected?.kind === "item" ? (
          <EventDetails event={selected.item} key={selected.key} onClose={() => setSelected(undefined)} />
        ) : null}
      </div>
    </section>
  );
}

function keyOfRow({ key }: TimelineRow): string {
  return key;
}

function toggledIn<T>(chosen: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(chosen);
  if (!next.delete(one)) next.add(one);
  return next;
}
