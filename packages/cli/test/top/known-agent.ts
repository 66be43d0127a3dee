/** An agent as it was read, for what only sorts and shows. */
import type { AgentHeartbeat } from "@attune/heartbeat";

export function knownAgent(agentId: string, known: Partial<AgentHeartbeat> = {}): AgentHeartbeat {
  return {
    agentId,
    displayName: null,
    status: "running",
    progress: 0,
    currentTask: "",
    lastBeat: new Date(0),
    lastProgress: new Date(0),
    metadata: {},
    incarnation: 1,
    liveness: "alive",
    progressTimeoutMs: null,
    blockedForMs: 0,
    ...known,
  };
}
