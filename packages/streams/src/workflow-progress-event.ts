/** The event of staged workflows, as it lies on the wire, until the package of workflows owns it. Open: unknown fields pass. */
import { z } from "zod";
import { defineEvent } from "./define-event.ts";

/** A staged workflow went on. */
export const workflowProgress = defineEvent(
  "workflow_progress",
  z.looseObject({
    workflow: z.string().min(1),
    stage: z.string(),
    progress: z.number().min(0).max(1),
    run_id: z.string().optional(),
    agent_id: z.string().min(1).optional(),
    tier: z.enum(["cheap", "capable", "premium"]).optional(),
    status: z.string().optional(),
  }),
);
