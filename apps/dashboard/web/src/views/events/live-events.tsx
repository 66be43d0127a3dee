/** Events as they are published, newest first: followed, as long as nobody looks at older ones or has paused. */
import { useCallback, useRef, useState } from "react";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { eventsExample } from "../examples.ts";
import type { EventItem } from "./event-item.ts";
import { itemOfLog } from "./event-item.ts";
import { EventList } from "./event-list.tsx";
import { EventWindow } from "./event-window.ts";
import { EventsToolbar } from "./events-toolbar.tsx";
import type { EventsFormProps } from "./events-view.tsx";

export function LiveEvents({ filter, onFilter, onMode, onAsk }: EventsFormProps) {
  const fleet = useFleet();
  useSlice("events");
  const [paused, setPaused] = useState(false);
  const [isScrolled, setIsScrolled] = useState(false);
  const [selected, setSelected] = useState<EventItem>();
  // Whoever begins anew with the list begins at its top.
  const [listKey, setListKey] = useState(0);
  const view = useRef<EventWindow>(undefined);
  view.current ??= new EventWindow(fleet.events, filter);
  const { items, waiting, isHeld } = view.current.update(
    filter,
    paused || isScrolled || selected !== undefined,
  );
  const shown = useItems(items);

  const toNewest = () => {
    setSelected(undefined);
    setIsScrolled(false);
    setListKey((key) => key + 1);
  };
  const togglePause = () => {
    if (paused) toNewest();
    setPaused(!paused);
  };
  useShortcuts({ p: togglePause, " ": togglePause });
  const onScroll = useCallback((fromBeginning: number) => setIsScrolled(fromBeginning > 4), []);
  const oldest = items.at(-1)?.event;

  return (
    <>
      <div className="view-head">
        <h1>Events</h1>
        <span className="muted events-state" role="status">
          {paused ? "paused" : isHeld ? "held while you look" : "live"}
          {isHeld && waiting > 0 ? `, ${waiting.toLocaleString("en")} wait` : ""}
        </span>
        <span className="events-actions">
          <button
            type="button"
            className={paused ? "primary" : ""}
            aria-pressed={paused}
            onClick={togglePause}
          >
            {paused ? "Go on" : "Pause"} <kbd className="key-hint">p</kbd>
          </button>
          <button type="button" onClick={() => onAsk("jump")}>
            Jump to time …
          </button>
          <button type="button" onClick={() => onAsk("replay")}>
            Replay …
          </button>
        </span>
      </div>
      <EventsToolbar filter={filter} onFilter={onFilter} counts={fleet.events.counts} />
      <EventList
        key={listKey}
        items={shown}
        selected={selected}
        onSelect={setSelected}
        onScroll={onScroll}
        isMoving={!isHeld}
        over={
          isHeld && !paused && waiting > 0 ? (
            <button type="button" className="primary events-new" onClick={toNewest}>
              {waiting.toLocaleString("en")} new
            </button>
          ) : null
        }
      >
        {fleet.events.items.length === 0 ? <NoEvents /> : <NoMatch onShowAll={onFilter} />}
      </EventList>
      {oldest?.timestamp && (isScrolled || paused) ? (
        <p className="events-older muted">
          The page keeps the newest {items.length.toLocaleString("en")}; older ones are in the store.{" "}
          <button type="button" onClick={() => onMode({ kind: "history", at: oldest.timestamp! })}>
            Look further back
          </button>
        </p>
      ) : null}
    </>
  );
}

/** The same items for the same log. */
function useItems(items: EventWindow["items"]): readonly EventItem[] {
  const last = useRef<{ of: EventWindow["items"]; items: readonly EventItem[] }>(undefined);
  if (last.current?.of !== items) last.current = { of: items, items: items.map(itemOfLog) };
  return last.current.items;
}

export function NoMatch({ onShowAll }: { readonly onShowAll: EventsFormProps["onFilter"] }) {
  return (
    <div className="empty">
      <h2>No event is like that</h2>
      <p>
        <button type="button" onClick={() => onShowAll({ types: new Set(), search: "" })}>
          Show all
        </button>
      </p>
    </div>
  );
}

function NoEvents() {
  const fleet = useFleet();
  useSlice("store");
  return (
    <EmptyState title="No events yet" example={eventsExample(fleet.store?.location)}>
      Whatever is published is shown here at once. Send the first one from a terminal:
    </EmptyState>
  );
}
