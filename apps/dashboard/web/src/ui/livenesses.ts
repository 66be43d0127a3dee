/** Whether an agent lives, the worst first. */
import type { AgentJson } from "../../../src/protocol/records.ts";

export type Liveness = AgentJson["liveness"];

export const livenesses: readonly Liveness[] = ["lost", "stalled", "stale", "unknown", "alive", "finished"];
