/** The schema of the event that tells of a dead letter. Open: unknown fields pass. */
import { z } from "zod";

export const deadLetterSchema = z.looseObject({
  group: z.string().min(1),
  event_type: z.string().min(1),
  event_id: z.string().min(1),
  error: z.string(),
  delivery_count: z.number().int(),
  consumer: z.string(),
});
