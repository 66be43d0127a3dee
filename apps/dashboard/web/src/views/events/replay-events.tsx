/** The events of a span, played again. */

import { useEffect, useRef, useState } from "react";
import { LoadError } from "../../ui/load-error.tsx";
import { counted } from "../../ui/number-text.ts";
import { useShortcuts } from "../../ui/shortcuts.ts";
import { clockText } from "../../ui/time-text.ts";
import type { EventItem } from "./event-item.ts";
import { itemOfLog } from "./event-item.ts";
import { EventList } from "./event-list.tsx";
import { EventReplay, fullSpeed } from "./event-replay.ts";
import { EventWindow } from "./event-window.ts";
import { EventsToolbar } from "./events-toolbar.tsx";
import type { EventsFormProps } from "./events-view.tsx";
import { readEvents } from "./read-events.ts";

export interface ReplayEventsProps extends EventsFormProps {
  readonly from: string;
  readonly to: string;
  /** The types of the filter, as the store knows them. */
  readonly asked: ReadonlySet<string>;
}

const tickMs = 100;
const speeds = [1, 5, 20, 100, fullSpeed] as const;

export function ReplayEvents(props: ReplayEventsProps) {
  const { filter, onFilter, onMode, onAsk, from, to, asked } = props;
  const [, setVersion] = useState(0);
  const [replay, setReplay] = useState<EventReplay>();
  const [selected, setSelected] = useState<EventItem>();
  const view = useRef<EventWindow>(undefined);
  const { types } = filter;
  const typesKey = JSON.stringify([...asked]);
  // What is looked for is found among what was played: typing does not begin anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `typesKey` stands for the types
  useEffect(() => {
    const onChange = () => setVersion((version) => version + 1);
    const playing = new EventReplay({
      read: readEvents,
      from,
      to,
      filter: { types: asked, search: "" },
      onChange,
    });
    view.current = new EventWindow(playing.log, { types, search: "" });
    setReplay(playing);
    setSelected(undefined);
    playing.clock.play();
    const timer = window.setInterval(() => playing.tick(), tickMs);
    return () => {
      window.clearInterval(timer);
      playing.close();
    };
  }, [from, to, typesKey]);
  const toggle = () => {
    if (!replay) return;
    if (replay.clock.isRunning) replay.clock.pause();
    else {
      if (replay.isOver) replay.seek(Date.parse(from));
      replay.clock.play();
    }
    replay.tick();
  };
  useShortcuts({ p: toggle, " ": toggle });
  if (!replay || !view.current) return null;
  const { clock } = replay;
  const items = view.current.update(filter, selected !== undefined).items;
  const position = Math.round(clock.position);
  return (
    <>
      <div className="view-head">
        <h1>Events</h1>
        <span className="events-mode" role="status">
          Replay: {stateOf(replay)}
        </span>
        <span className="events-actions">
          <button type="button" className="primary" onClick={() => onMode({ kind: "live" })}>
            Back to live
          </button>
          <button type="button" onClick={() => onAsk("replay")}>
            Another span …
          </button>
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be for a form */}
      <div className="replay-bar" role="group" aria-label="Replay">
        <button type="button" onClick={toggle} className="replay-play">
          {clock.isRunning ? "Pause" : replay.isOver ? "Again" : "Play"} <kbd className="key-hint">p</kbd>
        </button>
        <span className="replay-time">{clockText(new Date(position)).slice(0, 8)}</span>
        <input
          type="range"
          aria-label="Position"
          aria-valuetext={clockText(new Date(position))}
          min={Date.parse(from)}
          max={Date.parse(to)}
          step={1}
          value={position}
          onChange={(event) => {
            setSelected(undefined);
            replay.seek(Number(event.target.value));
          }}
        />
        <span className="replay-time">{clockText(new Date(to)).slice(0, 8)}</span>
        <select
          aria-label="Speed"
          value={String(replay.speed)}
          onChange={(event) => {
            replay.setSpeed(Number(event.target.value));
            replay.tick();
          }}
        >
          {speeds.map((speed) => (
            <option key={speed} value={String(speed)}>
              {speed === fullSpeed ? "max" : `${speed}×`}
            </option>
          ))}
        </select>
        <span className="muted replay-count">{counted(replay.played, "event")}</span>
      </div>
      <EventsToolbar filter={filter} onFilter={onFilter} counts={replay.log.counts} />
      {replay.error ? (
        <LoadError what="The next events" error={replay.error} onRetry={() => replay.retry()} />
      ) : null}
      <EventList items={items.map(itemOfLog)} selected={selected} onSelect={setSelected}>
        <div className="empty">
          <p className="muted">
            {replay.isOver ? "There are no events in this span." : "Nothing has happened up to here."}
          </p>
        </div>
      </EventList>
    </>
  );
}

function stateOf(replay: EventReplay): string {
  if (replay.isOver) return "over";
  if (replay.isWaiting) return "reading the store …";
  return replay.clock.isRunning ? "playing" : "stopped";
}
