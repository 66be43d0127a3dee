/** No agents yet: how to start the first one. */
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { fleetExample } from "../examples.ts";

export function FleetEmpty({ isKnown }: { readonly isKnown: boolean }) {
  const fleet = useFleet();
  useSlice("store");
  if (!isKnown) return <p className="muted">Asking the dashboard's server …</p>;
  return (
    <EmptyState title="No agents yet" example={fleetExample(fleet.store?.location)}>
      An agent is shown here as soon as it has sent its first heartbeat to{" "}
      {fleet.store?.location ?? "the store"}. Save this as agent.mjs and run it with Node:
    </EmptyState>
  );
}
