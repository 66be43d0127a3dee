/** The schema of the event of staged workflows. Open: unknown fields pass. */
import { z } from "zod";
import { modelTiers } from "./model-tier.ts";

const count = z.number().int().min(0);

export const workflowProgressSchema = z.looseObject({
  workflow: z.string().min(1),
  stage: z.string().optional(),
  /** Of the whole run. */
  progress: z.number().min(0).max(1),
  run_id: z.string().optional(),
  agent_id: z.string().min(1).optional(),
  tier: z.enum(modelTiers).optional(),
  /** Ours say `running`, `completed`, `skipped`, `failed` or `cancelled`. */
  status: z.string().optional(),
  /** What the stage says it does. */
  task: z.string().optional(),
  attempt: count.optional(),
  /** At the end of a stage, or of the run. */
  duration_ms: z.number().min(0).optional(),
  tokens_in: count.optional(),
  tokens_out: count.optional(),
});
