/** An agent as JSON, in the names of the wire. */
import type { AgentHeartbeat } from "@attune/heartbeat";
import { isoTime } from "./iso-time.ts";

export function agentJson(agent: AgentHeartbeat) {
  return {
    agent_id: agent.agentId,
    display_name: agent.displayName,
    liveness: agent.liveness,
    status: agent.status,
    progress: agent.progress,
    current_task: agent.currentTask,
    last_beat: isoTime(agent.lastBeat),
    last_progress: isoTime(agent.lastProgress),
    incarnation: agent.incarnation,
    progress_timeout_ms: agent.progressTimeoutMs,
    blocked_for_ms: agent.blockedForMs,
    metadata: agent.metadata,
  };
}
