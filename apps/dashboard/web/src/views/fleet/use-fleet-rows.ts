/** The rows of the list as they are to be drawn now. */
import { useEffect, useRef, useState } from "react";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import type { FleetQuery } from "./fleet-query.ts";
import { agentRows, type FleetRow, groupRows, isSameRows, workflowOf } from "./fleet-rows.ts";
import { HeldOrder } from "./held-order.ts";
import { agentOrder, type Selected, selectAgents } from "./select-agents.ts";

export interface FleetRowsInput {
  readonly query: FleetQuery;
  /** Keys of the groups that are closed. */
  readonly closed: ReadonlySet<string>;
  readonly isHeld: () => boolean;
}

export interface FleetRows {
  readonly rows: readonly FleetRow[];
  readonly counts: Selected["counts"];
  readonly shown: number;
}

/** The agents change some times a second, and with them this: rows are the same array as long as the same stand there. */
export function useFleetRows({ query, closed, isHeld }: FleetRowsInput): FleetRows {
  const fleet = useFleet();
  useSlice("agents");
  const order = useRef<HeldOrder>(undefined);
  order.current ??= new HeldOrder();
  const last = useRef<{ ids: readonly string[]; rows: readonly FleetRow[]; grouped: boolean }>({
    ids: [],
    rows: [],
    grouped: false,
  });

  const { agents, counts } = selectAgents(fleet.agents.values(), query);
  const ids = order.current.update({
    agents,
    compare: agentOrder(query),
    by: JSON.stringify({ ...query, livenesses: [...query.livenesses] }),
    held: isHeld(),
    now: performance.now(),
  });
  useLaterDrawing(order.current.sortInMs);
  const before = last.current;
  let rows = before.rows;
  if (query.byWorkflow) {
    const now = groupRows(
      ids,
      (id) => workflowOf(fleet.agents.get(id)),
      (key) => closed.has(key),
    );
    if (!isSameRows(now, rows)) rows = now;
  } else if (ids !== before.ids || before.grouped) {
    rows = agentRows(ids);
  }
  last.current = { ids, rows, grouped: query.byWorkflow };
  return { rows, counts, shown: agents.length };
}

/** Draws anew after so long; `undefined`: not by itself. */
function useLaterDrawing(afterMs: number | undefined): void {
  const [, setVersion] = useState(0);
  useEffect(() => {
    if (afterMs === undefined) return;
    const timer = window.setTimeout(() => setVersion((version) => version + 1), afterMs);
    return () => window.clearTimeout(timer);
  });
}
