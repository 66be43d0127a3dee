import { useFleet, useSlice } from "../../state/use-fleet.ts";

export function FleetView() {
  const fleet = useFleet();
  useSlice("agents");
  return (
    <>
      <h1>Fleet</h1>
      <ul>
        {[...fleet.agents.values()].slice(0, 100).map((agent) => (
          <li key={agent.agent_id}>
            {agent.agent_id} {agent.liveness} {agent.progress} {agent.current_task}
          </li>
        ))}
      </ul>
    </>
  );
}
