/** One agent: drawn anew when its record is another one, whatever the others do. */
import { useCallback, useSyncExternalStore } from "react";
import type { AgentJson } from "../../../../src/protocol/records.ts";
import { useFleet } from "../../state/use-fleet.ts";

/** `undefined`: nothing is known of it. */
export function useAgent(agentId: string): AgentJson | undefined {
  const fleet = useFleet();
  return useSyncExternalStore(
    useCallback((listener) => fleet.listen("agents", listener), [fleet]),
    () => fleet.agents.get(agentId),
  );
}
