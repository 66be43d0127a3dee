/** What of the fleet is shown: chips, search, status, sort, groups. */
import { Chip } from "../../ui/chip.tsx";
import { livenesses } from "../../ui/livenesses.ts";
import { SearchBox } from "../../ui/search-box.tsx";
import { type FleetQuery, type Sort, type Status, sorts, statuses, toggled } from "./fleet-query.ts";
import type { Selected } from "./select-agents.ts";

export interface FleetToolbarProps {
  readonly query: FleetQuery;
  readonly counts: Selected["counts"];
  readonly onChange: (query: FleetQuery) => void;
}

export function FleetToolbar({ query, counts, onChange }: FleetToolbarProps) {
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be for a form */}
      <div className="chips" role="group" aria-label="Liveness">
        {livenesses.map((liveness) => (
          <Chip
            key={liveness}
            className={`chip-${liveness} ${counts[liveness] === 0 ? "chip-none" : ""}`}
            pressed={query.livenesses.has(liveness)}
            count={counts[liveness]}
            onToggle={() => onChange({ ...query, livenesses: toggled(query.livenesses, liveness) })}
          >
            {liveness}
          </Chip>
        ))}
      </div>
      <div className="toolbar fleet-toolbar">
        <SearchBox
          label="Search agents"
          value={query.search}
          onChange={(search) => onChange({ ...query, search })}
        />
        <select
          aria-label="Status"
          value={query.status ?? ""}
          onChange={({ target: { value } }) =>
            onChange({ ...query, status: value === "" ? null : (value as Status) })
          }
        >
          <option value="">any status</option>
          {statuses.map((status) => (
            <option key={status}>{status}</option>
          ))}
        </select>
        <span className="joined">
          <select
            aria-label="Sort by"
            value={query.sort}
            onChange={({ target: { value } }) => onChange({ ...query, sort: value as Sort, reversed: false })}
          >
            {sorts.map((sort) => (
              <option key={sort} value={sort}>
                {sortNames[sort]}
              </option>
            ))}
          </select>
          <button
            type="button"
            aria-pressed={query.reversed}
            aria-label="The other way round"
            title="The other way round"
            onClick={() => onChange({ ...query, reversed: !query.reversed })}
          >
            {query.reversed ? "↑" : "↓"}
          </button>
        </span>
        <button
          type="button"
          className="toggle"
          aria-pressed={query.byWorkflow}
          onClick={() => onChange({ ...query, byWorkflow: !query.byWorkflow })}
        >
          By workflow
        </button>
      </div>
    </>
  );
}

const sortNames: Readonly<Record<Sort, string>> = {
  liveness: "worst first",
  id: "by id",
  last_beat: "by last beat",
  progress: "by progress",
};
