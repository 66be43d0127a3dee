/** Which events are shown: by type, by text. */
import { useRef, useState } from "react";
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
  const [choosing, setChoosing] = useState(false);
  const shown = useCalmCounts(counts);
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
            title={type}
            pressed={filter.types.has(type)}
            count={shown.get(type) ?? 0}
            onToggle={() => toggle(type)}
          >
            {type}
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
                  <span className="type-name">{type}</span>
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

/** Numbers that change ten times a second cannot be read. */
function useCalmCounts(counts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const now = useNow(1000);
  const last = useRef<{ now: number; counts: ReadonlyMap<string, number> }>(undefined);
  const isEmpty = last.current?.counts.size === 0 && counts.size > 0;
  if (last.current?.now !== now || isEmpty) last.current = { now, counts: new Map(counts) };
  return last.current.counts;
}
