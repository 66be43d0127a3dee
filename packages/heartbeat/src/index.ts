/** `@attune/heartbeat`: which agents are alive, what are they doing, and which one is stuck. */
export type {
  AgentHeartbeat,
  AgentStatus,
  FinalStatus,
  Liveness,
  Metadata,
  UnknownAgent,
} from "./agent-heartbeat.ts";
export type { BeatOutcome } from "./beats.ts";
export type { FencedAgent, HeartbeatCoordinatorOptions } from "./coordinator-options.ts";
export { agentError, agentHeartbeat } from "./events.ts";
export {
  type Beat,
  HeartbeatCoordinator,
  type StartOptions,
  type WatchOptions,
} from "./heartbeat-coordinator.ts";
export { heartbeatTopic } from "./heartbeat-records.ts";
export type { AgentTransition, AgentWatch } from "./watch-agents.ts";
export type { WireHeartbeat } from "./wire-heartbeat.ts";
