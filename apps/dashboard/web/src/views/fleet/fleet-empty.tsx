/** No agents yet: how to start the first one. */
import { useFleet, useSlice } from "../../state/use-fleet.ts";
import { EmptyState } from "../../ui/empty-state.tsx";

export function FleetEmpty({ isKnown }: { readonly isKnown: boolean }) {
  const fleet = useFleet();
  useSlice("store");
  if (!isKnown) return <p className="muted">Asking the dashboard's server …</p>;
  return (
    <EmptyState
      title="No agents yet"
      example={`import { HeartbeatCoordinator } from "@attune/heartbeat";
import { openTransport } from "@attune/transport";

await using transport = await openTransport(${JSON.stringify(fleet.store?.location ?? "")});
await using heartbeat = new HeartbeatCoordinator({ transport });

await heartbeat.startHeartbeat("reviewer-1", { displayName: "Reviewer" });
await heartbeat.beat({ currentTask: "reading a.ts", progress: 0.5 });
// … the work: meanwhile it beats by itself
await heartbeat.stopHeartbeat("completed");`}
    >
      An agent is shown here as soon as it has sent its first heartbeat to{" "}
      {fleet.store?.location ?? "the store"}. Save this as agent.mjs and run it with Node:
    </EmptyState>
  );
}
