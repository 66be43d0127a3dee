/** All agents: which live, what they do, which are stuck. */

import { type AriaAttributes, useCallback, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { agentPath } from "../../ui/agent-path.ts";
import { counted } from "../../ui/number-text.ts";
import { narrow, useMedia } from "../../ui/use-media.ts";
import { useQuery } from "../../ui/use-query.ts";
import { VirtualList } from "../../ui/virtual-list.tsx";
import { AgentRow } from "./agent-row.tsx";
import { FleetEmpty } from "./fleet-empty.tsx";
import { type FleetQuery, readFleetQuery, writeFleetQuery } from "./fleet-query.ts";
import type { FleetRow } from "./fleet-rows.ts";
import { FleetToolbar } from "./fleet-toolbar.tsx";
import { GroupHeading } from "./group-heading.tsx";
import { useFleetRows } from "./use-fleet-rows.ts";
import "./fleet.css";

/** In CSS pixels. */
const rowHeight = 44;
const cardHeight = 116;
const headingHeight = 40;

/** What was selected, closed and in sight is so again when somebody comes back from an agent. */
const left: { selected: string | undefined; closed: ReadonlySet<string>; offset: number } = {
  selected: undefined,
  closed: new Set(),
  offset: 0,
};

export function FleetView() {
  const fleet = useFleet();
  useSlice("connection");
  const [, navigate] = useLocation();
  const [params, setParams] = useQuery();
  const query = readFleetQuery(params);
  const isCard = useMedia(narrow);
  const [closed, setClosed] = useState(left.closed);
  const [selected, setSelected] = useState(left.selected);
  const offset = useRef(left.offset);
  const hold = useRef({ pointer: false, keyboard: false });
  const { rows, counts, shown } = useFleetRows({
    query,
    closed,
    isHeld: () => hold.current.pointer || hold.current.keyboard,
  });

  const change = (next: FleetQuery) =>
    setParams(writeFleetQuery(next), { replace: next.search !== query.search });
  const select = ({ key }: FleetRow) => {
    left.selected = key;
    setSelected(key);
  };
  const open = (row: FleetRow, inNewTab: boolean) => {
    if (row.kind === "group") {
      const next = new Set(closed);
      if (!next.delete(row.key)) next.add(row.key);
      left.closed = next;
      setClosed(next);
    } else if (inNewTab) window.open(agentPath(row.id), "_blank", "noopener");
    else navigate(agentPath(row.id));
  };
  const heightOf = useCallback(
    ({ kind }: FleetRow) => (kind === "group" ? headingHeight : isCard ? cardHeight : rowHeight),
    [isCard],
  );

  if (fleet.agents.size === 0) return <FleetEmpty isKnown={fleet.about !== undefined} />;
  return (
    <div className="view-fill">
      <div className="view-head">
        <h1>Fleet</h1>
        <span className="muted" role="status">
          {shown === fleet.agents.size
            ? counted(shown, "agent")
            : `${shown.toLocaleString("en")} of ${counted(fleet.agents.size, "agent")}`}
        </span>
      </div>
      <FleetToolbar query={query} counts={counts} onChange={change} />
      {isCard || rows.length === 0 ? null : <ColumnHeads />}
      {rows.length === 0 ? (
        <div className="empty">
          <h2>No agent is like that</h2>
          <p>
            <button type="button" onClick={() => setParams(new URLSearchParams())}>
              Show all
            </button>
          </p>
        </div>
      ) : (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only sees whether somebody is there
        <div
          className="fleet-list"
          onPointerEnter={({ pointerType }) => {
            hold.current.pointer = pointerType === "mouse";
          }}
          onPointerLeave={() => {
            hold.current.pointer = false;
          }}
          onFocus={() => {
            hold.current.keyboard = true;
          }}
          onBlur={() => {
            hold.current.keyboard = false;
          }}
        >
          <VirtualList
            label="Agents"
            items={rows}
            keyOf={keyOf}
            height={heightOf}
            role={query.byWorkflow ? "tree" : "listbox"}
            {...(query.byWorkflow ? { aria: ariaOf } : {})}
            selection={{ key: selected, onSelect: select, onOpen: open }}
            initialOffset={offset.current}
            onScroll={(fromBeginning) => {
              left.offset = fromBeginning;
            }}
          >
            {(row) => {
              if (row.kind === "group") return <GroupHeading group={row} agents={fleet.agents} />;
              const agent = fleet.agents.get(row.id);
              return agent ? <AgentRow agent={agent} isCard={isCard} isGrouped={query.byWorkflow} /> : null;
            }}
          </VirtualList>
        </div>
      )}
    </div>
  );
}

function keyOf({ key }: FleetRow): string {
  return key;
}

function ariaOf(row: FleetRow): AriaAttributes {
  return row.kind === "group" ? { "aria-level": 1, "aria-expanded": row.open } : { "aria-level": 2 };
}

/** For the eye: what stands in a row says by itself what it is. */
function ColumnHeads() {
  return (
    <div className="agent-row column-heads" aria-hidden="true">
      <span>Liveness</span>
      <span>Agent</span>
      <span>Status</span>
      <span>Progress</span>
      <span>Task</span>
      <span className="agent-beat">Last beat</span>
      <span>Metadata</span>
    </div>
  );
}
