/** Which events are shown: by type, by text. */
import { useRef, useState } from "react";
import { anyFeedback, isFeedback } from "../../state/type-names.ts";
import { useFleet } from "../../state/use-fleet.ts";
import { Chip } from "../../ui/chip.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { useNow } from "../../ui/time.tsx";
import type { EventFilter } from "./event-filter.ts";

export interface EventsToolbarProps {
  readonly filter: EventFilter;
  readonly onFilter: (filter: EventFilter) => void;
  /** How many events of each type are there. */
  readonly counts: ReadonlyMap<string, number>;
}

/** More are chosen in a dialog. */
const mostChips = 8;

export function EventsToolbar({ filter, onFilter, counts }: EventsToolbarProps) {
  const { typeNames } = useFleet();
  const [choosing, setChoosing] = useState(false);
  const shown = joined(useCalmCounts(counts), filter.types);
  const nameOf = (type: string) => (type === anyFeedback ? "feedback" : typeNames.of(type));
  const types = [...new Set([...shown.keys(), ...filter.types])].sort();
  const toggle = (type: string) => {
    const next = new Set(filter.types);
    if (!next.delete(type)) next.add(type);
    onFilter({ ...filter, types: next });
  };
  const chips = types.length <= mostChips ? types : [...filter.types].sort();
  return (
    <div className="toolbar events-toolbar">
      <SearchBox
        label="Search type, source, data"
        value={filter.search}
        onChange={(search) => onFilter({ ...filter, search })}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be for a form */}
      <div className="chips events-types" role="group" aria-label="Types">
        {chips.map((type) => (
          <Chip
            key={type}
            title={nameOf(type)}
            pressed={filter.types.has(type)}
            count={shown.get(type) ?? 0}
            onToggle={() => toggle(type)}
          >
            {nameOf(type)}
          </Chip>
        ))}
        {types.length > mostChips ? (
          <button type="button" className="chip" onClick={() => setChoosing(true)}>
            {types.length} types …
          </button>
        ) : null}
      </div>
      {choosing ? (
        <Dialog title="Types of events" onClose={() => setChoosing(false)}>
          <ul className="type-choice">
            {types.map((type) => (
              <li key={type}>
                <label>
                  <input type="checkbox" checked={filter.types.has(type)} onChange={() => toggle(type)} />
                  <span className="type-name">{nameOf(type)}</span>
                  <span className="muted">{(shown.get(type) ?? 0).toLocaleString("en")}</span>
                </label>
              </li>
            ))}
          </ul>
          <form method="dialog" className="dialog-end">
            <button type="button" onClick={() => onFilter({ ...filter, types: new Set() })}>
              All
            </button>
            <button type="submit" className="primary">
              Done
            </button>
          </form>
        </Dialog>
      ) : null}
    </div>
  );
}

/** Ratings have a type for each stage and tier: they are one entry, but for those that somebody chose by themselves. */
function joined(
  counts: ReadonlyMap<string, number>,
  chosen: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const shown = new Map<string, number>();
  for (const [type, count] of counts) {
    if (isFeedback(type)) shown.set(anyFeedback, (shown.get(anyFeedback) ?? 0) + count);
    if (!isFeedback(type) || chosen.has(type)) shown.set(type, count);
  }
  return shown;
}

/** Numbers that change ten times a second cannot be read. */
function useCalmCounts(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const now = useNow(1000);
  const last = useRef<{ now: number; counts: ReadonlyMap<string, number> }>(undefined);
  const isEmpty = last.current?.counts.size === 0 && counts.size > 0;
  if (last.current?.now !== now || isEmpty) last.current = { now, counts: new Map(counts) };
  return last.current.counts;
}
