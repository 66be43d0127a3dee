/** What the heartbeats say of the agents of one run when they have ended. */
import { HeartbeatCoordinator } from "@attune/heartbeat";
import type { Transport } from "@attune/transport";
import type { AgentIds } from "../agent-ids.ts";

export type LastBeat = readonly [liveness?: string, status?: string | null, progress?: number | null];

/** In the order of the names; empty where nothing is known of an agent. */
export async function lastBeats(
  transport: Transport,
  ids: AgentIds,
  names: readonly string[],
): Promise<LastBeat[]> {
  await using reader = new HeartbeatCoordinator({ transport });
  const beats = names.map(async (name): Promise<LastBeat> => {
    const agent = await reader.getAgentStatus(ids.idOf(name));
    return agent ? [agent.liveness, agent.status, agent.progress] : [];
  });
  return Promise.all(beats);
}

/** Of somebody who has done everything. */
export const completedBeat: LastBeat = ["finished", "completed", 1];
