/** The history of health: begins with the first look at it, and goes on as long as the page is there. */
import type { FleetState } from "../../state/fleet-state.ts";
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { HealthHistory } from "./health-history.ts";

const histories = new WeakMap<FleetState, HealthHistory>();

export function useHealthHistory(): HealthHistory {
  const fleet = useFleet();
  useSlice("health");
  return historyOf(fleet);
}

function historyOf(fleet: FleetState): HealthHistory {
  const before = histories.get(fleet);
  if (before) return before;
  const history = new HealthHistory();
  histories.set(fleet, history);
  const add = () => {
    if (fleet.health) history.add(fleet.health);
  };
  add();
  fleet.listen("health", add);
  return history;
}
