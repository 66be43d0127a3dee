/** The event that tells that a group gave one up, for whoever watches; the dead letter itself is kept as a record. */
import { z } from "zod";
import { defineEvent } from "../define-event.ts";

/** Open: unknown fields pass. */
export const deadLetterEvent = defineEvent(
  "dead_letter",
  z.looseObject({
    group: z.string().min(1),
    event_type: z.string().min(1),
    event_id: z.string().min(1),
    error: z.string(),
    delivery_count: z.number().int(),
    consumer: z.string(),
  }),
);
