/** The events around a time, as the store has them. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { LoadError } from "../../ui/load-error.tsx";
import { counted } from "../../ui/number-text.ts";
import type { EventItem } from "./event-item.ts";
import { EventList } from "./event-list.tsx";
import { EventsToolbar } from "./events-toolbar.tsx";
import type { EventsFormProps } from "./events-view.tsx";
import { HistoryPages } from "./history-pages.ts";
import { NoMatch } from "./live-events.tsx";
import { readEvents } from "./read-events.ts";

/** So near to an end the next page is read: in CSS pixels. */
const nearEnd = 600;
const typingMs = 200;

export interface HistoryEventsProps extends EventsFormProps {
  readonly at: string;
  /** The types of the filter, as the store knows them. */
  readonly asked: ReadonlySet<string>;
}

export function HistoryEvents({ filter, onFilter, onMode, onAsk, at, asked }: HistoryEventsProps) {
  const [version, setVersion] = useState(0);
  const pages = useRef<HistoryPages>(undefined);
  const [selected, setSelected] = useState<EventItem>();
  const { search } = filter;
  const typesKey = JSON.stringify([...asked]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `typesKey` stands for the types
  useEffect(() => {
    const reading = new HistoryPages({
      read: readEvents,
      at,
      filter: { types: asked, search },
      onChange: () => setVersion((version) => version + 1),
    });
    pages.current = reading;
    setSelected(undefined);
    // Not with each key that is typed.
    const timer = window.setTimeout(() => {
      void reading.load("older");
      void reading.load("newer");
    }, typingMs);
    return () => {
      window.clearTimeout(timer);
      reading.close();
    };
  }, [at, typesKey, search]);
  const items = pages.current?.items ?? [];
  const counts = useMemo(() => countTypes(items), [items]);
  const onScroll = useCallback((fromBeginning: number, fromEnd: number) => {
    if (fromEnd < nearEnd) void pages.current?.load("older");
    if (fromBeginning < nearEnd) void pages.current?.load("newer");
  }, []);
  const older = pages.current?.way("older");
  const newer = pages.current?.way("newer");
  const error = older?.error ?? newer?.error;
  const isLoading =
    version === 0 || older?.state === "begun" || older?.state === "loading" || newer?.state === "loading";
  const retry = () => {
    void pages.current?.load("older");
    void pages.current?.load("newer");
  };
  return (
    <>
      <div className="view-head">
        <h1>Events</h1>
        <span className="events-mode" role="status">
          Around {new Date(at).toLocaleString()}, as the store has them
        </span>
        <span className="events-actions">
          <button type="button" className="primary" onClick={() => onMode({ kind: "live" })}>
            Back to live
          </button>
          <button type="button" onClick={() => onAsk("jump")}>
            Jump to time …
          </button>
        </span>
      </div>
      <EventsToolbar filter={filter} onFilter={onFilter} counts={counts} />
      {error ? <LoadError what="Events" error={error} onRetry={retry} /> : null}
      <EventList items={items} selected={selected} onSelect={setSelected} onScroll={onScroll}>
        {isLoading || error ? <p className="muted">Reading the store …</p> : <NoMatch onShowAll={onFilter} />}
      </EventList>
      <p className="events-older muted" role="status">
        {counted(items.length, "event")} read
        {isLoading ? ", reading on …" : older?.state === "end" ? "; the oldest of the store is below" : ""}
        {older?.state === "full" ? "; jump to another time for more" : ""}
      </p>
    </>
  );
}

function countTypes(items: readonly EventItem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { event } of items) {
    if (event) counts.set(event.event_type, (counts.get(event.event_type) ?? 0) + 1);
  }
  return counts;
}
