/** What views read the state with. */
import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import type { FleetState } from "./fleet-state.ts";
import type { Slice } from "./slices.ts";

export const FleetContext = createContext<FleetState | null>(null);

/** The state itself: whoever draws parts of it listens to them with `useSlice`. */
export function useFleet(): FleetState {
  const fleet = useContext(FleetContext);
  if (!fleet) throw new Error("There is no FleetContext around this component.");
  return fleet;
}

/** Draws anew when the slice changes. The result grows with each change: a dependency for memos over what is changed in place. */
export function useSlice(slice: Slice): number {
  const fleet = useFleet();
  return useSyncExternalStore(
    useCallback((listener) => fleet.listen(slice, listener), [fleet, slice]),
    () => fleet.version(slice),
  );
}
