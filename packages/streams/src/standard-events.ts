/**
 * The four standard events, as they lie on the wire (snake_case, so that programs in other languages read them). All
 * are open: unknown fields pass.
 */
import { z } from "zod";
import { defineEvent } from "./define-event.ts";

const agentId = z.string().min(1);
const fraction = z.number().min(0).max(1);
const time = z.iso.datetime({ offset: true, local: true });
const metadata = z.record(z.string(), z.json());

/** An agent said that it lives, and what it is doing. */
export const agentHeartbeat = defineEvent(
  "agent_heartbeat",
  z.looseObject({
    agent_id: agentId,
    status: z.enum(["starting", "running", "idle", "completed", "failed", "cancelled"]),
    progress: fraction.optional(),
    current_task: z.string().optional(),
    last_beat: time.optional(),
    last_progress: time.optional(),
    metadata: metadata.optional(),
    display_name: z.string().nullable().optional(),
    incarnation: z.union([z.number(), z.string()]).optional(),
  }),
);

/** One agent told another (or all: `target_agent` null) something. */
export const coordinationSignal = defineEvent(
  "coordination_signal",
  z.looseObject({
    signal_id: z.string().min(1),
    signal_type: z.string().min(1),
    source_agent: z.string(),
    target_agent: z.string().nullable(),
    payload: z.json().optional(),
    timestamp: time.optional(),
    ttl_seconds: z.number().positive().optional(),
  }),
);

/** A staged workflow went on. */
export const workflowProgress = defineEvent(
  "workflow_progress",
  z.looseObject({
    workflow: z.string().min(1),
    stage: z.string(),
    progress: fraction,
    run_id: z.string().optional(),
    agent_id: agentId.optional(),
    tier: z.enum(["cheap", "capable", "premium"]).optional(),
    status: z.string().optional(),
  }),
);

/** Something went wrong with an agent. */
export const agentError = defineEvent(
  "agent_error",
  z.looseObject({
    agent_id: agentId,
    error_message: z.string(),
    severity: z.enum(["info", "warning", "error", "critical"]).optional(),
    error_type: z.string().optional(),
    current_task: z.string().optional(),
    progress: fraction.optional(),
  }),
);
