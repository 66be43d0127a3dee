/** The schemas of this package's events. Both are open: unknown fields pass. */
import { z } from "zod";
import { agentStatuses } from "./agent-heartbeat.ts";

const agentId = z.string().min(1);
const fraction = z.number().min(0).max(1);
const time = z.iso.datetime({ offset: true, local: true });
const metadata = z.record(z.string(), z.json());
const incarnation = z.union([z.number(), z.string()]);

export const agentHeartbeatSchema = z.looseObject({
  agent_id: agentId,
  status: z.enum(agentStatuses),
  progress: fraction.optional(),
  current_task: z.string().optional(),
  last_beat: time.optional(),
  /** When status, progress or task last changed. */
  last_progress: time.optional(),
  metadata: metadata.optional(),
  display_name: z.string().nullable().optional(),
  /** Grows with each start of an agent of this id. */
  incarnation: incarnation.optional(),
  /** Milliseconds that the agent may go without progress before it is stalled; missing where it does not say. */
  progress_timeout_ms: z.number().positive().optional(),
  /** Milliseconds for which the agent's main thread has been blocked; missing when it is not. */
  blocked_ms: z.number().nonnegative().optional(),
});

export const agentErrorSchema = z.looseObject({
  agent_id: agentId,
  error_message: z.string(),
  severity: z.enum(["info", "warning", "error", "critical"]).optional(),
  error_type: z.string().optional(),
  current_task: z.string().optional(),
  progress: fraction.optional(),
  incarnation: incarnation.optional(),
  last_beat: time.optional(),
  metadata: metadata.optional(),
});
