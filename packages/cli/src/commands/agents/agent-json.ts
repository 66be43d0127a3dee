/** An agent as JSON, in the names of the wire. */
import type { AgentHeartbeat } from "@attune/heartbeat";

export function agentJson(agent: AgentHeartbeat) {
  return {
    agent_id: agent.agentId,
    display_name: agent.displayName,
    liveness: agent.liveness,
    status: agent.status,
    progress: agent.progress,
    current_task: agent.currentTask,
    last_beat: agent.lastBeat.toISOString(),
    last_progress: agent.lastProgress.toISOString(),
    incarnation: agent.incarnation,
    progress_timeout_ms: agent.progressTimeoutMs,
    blocked_for_ms: agent.blockedForMs,
    metadata: agent.metadata,
  };
}
