/** The schema of the event that tells of a signal. Open: unknown fields pass. */
import { z } from "zod";

export const coordinationSignalSchema = z.looseObject({
  signal_id: z.string().min(1),
  signal_type: z.string().min(1),
  source_agent: z.string(),
  target_agent: z.string().nullable(),
  payload: z.json().optional(),
  timestamp: z.iso.datetime({ offset: true, local: true }).optional(),
  ttl_seconds: z.number().positive().optional(),
});
