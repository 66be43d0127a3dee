/** The event of staged workflows, as it lies on the wire. Open: unknown fields pass. */
import { defineEvent, lazySchema } from "@attune/streams";

/** A staged workflow went on: a stage began, got further, or ended; without a stage: the run ended. */
export const workflowProgress = defineEvent(
  "workflow_progress",
  lazySchema(async () => (await import("./workflow-progress-schema.ts")).workflowProgressSchema),
);
