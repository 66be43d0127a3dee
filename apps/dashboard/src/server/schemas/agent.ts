/** An agent as JSON. */
import { z } from "zod";
import { anyObject } from "./any-json.ts";

export const livenesses = ["alive", "stalled", "stale", "lost", "finished", "unknown"] as const;
export const agentStatuses = ["starting", "running", "idle", "completed", "failed", "cancelled"] as const;

export const agentSchema = z.object({
  agent_id: z.string(),
  display_name: z.string().nullable(),
  liveness: z.enum(livenesses),
  status: z.enum(agentStatuses),
  progress: z.number().describe("0 to 1."),
  current_task: z.string(),
  last_beat: z.string().nullable().describe("ISO 8601."),
  last_progress: z.string().nullable(),
  incarnation: z.number().describe("Grows with each start of an agent of this id."),
  progress_timeout_ms: z
    .number()
    .nullable()
    .describe("How long it may go without progress before it is stalled."),
  blocked_for_ms: z.number().describe("For how long its main thread has been blocked."),
  metadata: anyObject,
  metadata_bytes: z
    .number()
    .nullish()
    .describe("Of metadata that was left out of a list: `/api/agents/{id}` has it."),
});
